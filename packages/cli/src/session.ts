/** Gives a command its Messenger: the resident node's, or one of a node in this process. The command cannot tell which. */
import { setTimeout as sleep } from 'node:timers/promises'
import { NodeError, StoreError, UsageError } from '@sotto/node/errors'
import { withPassphrase } from './passphrase.ts'
import { connectControl } from './remote/client.ts'
import { readSettings, resolveSettings } from './settings.ts'
import type { Context } from './context.ts'
import type { Control } from './remote/client.ts'
import type { Hello } from './remote/peer.ts'
import type { Door } from './world.ts'
import type { Messenger, NodeInit, SottoNode } from '@sotto/node'

/** Between two tries while the profile is busy, ms. */
const BUSY_PAUSE_MS = 100

export interface SessionOptions {
  /** the command leaves something to be handed on */
  linger?: boolean
  /** where a node of this command's own listens, instead of what was asked for or is remembered */
  listen?: string[]
}

/** Where the messenger came from; only `status` asks. */
export interface Origin {
  resident: boolean
  /** what the resident node said of itself */
  hello?: Hello
}

export async function withMessenger<T> (context: Context, use: (messenger: Messenger, origin: Origin) => Promise<T>, options: SessionOptions = {}): Promise<T> {
  const { output, values } = context
  const opened = await openEither(context, options.listen)
  if ('hello' in opened) {
    const idle = ['network', 'bootstrap', 'listen'].filter(name => values.has(name))
    if (idle.length > 0) output.note(`The resident node keeps the network it was started with: --${idle.join(', --')} changes nothing here.`)
    try {
      return await use(opened.messenger, { resident: true, hello: opened.hello })
    } finally {
      opened.close()
    }
  }
  try {
    const result = await use(opened, { resident: false })
    if (options.linger === true) await linger(context, opened)
    return result
  } finally {
    await opened.stop()
  }
}

/** A node of our own, or the resident's line: whichever the profile allows. @throws StoreError PROFILE_IN_USE */
async function openEither (context: Context, listen: string[] | undefined): Promise<Control | SottoNode> {
  const { profile, world } = context
  const started = performance.now()
  for (;;) {
    const control = await connectControl(profile, { signal: world.signal })
    if (control !== undefined) return control
    try {
      return await openOwn(context, listen)
    } catch (error) {
      if (!(error instanceof NodeError && error.code === 'PROFILE_IN_USE')) throw error
      if (performance.now() - started > world.patience.busy) {
        throw new StoreError('PROFILE_IN_USE', 'Another process uses this profile and does not answer.', { cause: error, hint: 'Wait until it ends. For several commands at once keep one node running: `sotto start --detach`.' })
      }
    }
    await sleep(BUSY_PAUSE_MS, undefined, { signal: world.signal }).catch(() => { throw new UsageError('ABORTED', 'Interrupted.') })
  }
}

/** The addresses that a node of this command's own would listen on, each at a port that is free. */
export function freePorts ({ profile, values, world }: Context): string[] {
  const { listen } = resolveSettings(values, world.env, readSettings(profile))
  return [...new Set((listen ?? []).map(address => address.replace(/\/(tcp|udp)\/\d+/, '/$1/0')))]
}

async function openOwn (context: Context, listen: string[] | undefined): Promise<SottoNode> {
  const { profile, values, world } = context
  const settings = { ...resolveSettings(values, world.env, readSettings(profile)), ...(listen === undefined ? {} : { listen }) }
  const { createNode } = await world.door()
  return await startNode(context, createNode, {
    ...(settings.network === undefined ? {} : { network: settings.network }),
    ...(settings.bootstrap === undefined ? {} : { bootstrap: settings.bootstrap }),
    ...(settings.listen === undefined ? {} : { listen: settings.listen }),
    ...(settings.iceServers === undefined ? {} : { iceServers: settings.iceServers }),
    ...(settings.webHost === undefined ? {} : { webHost: settings.webHost })
  })
}

/**
 * A node in this process, which the caller stops. It gets no signal of ours: it would end with the signal, before the command
 * has said what became of its message.
 */
export async function startNode (context: Context, createNode: Door['createNode'], settings: Partial<NodeInit>): Promise<SottoNode> {
  const { output, profile, world } = context
  const onProgress = (line: string): void => { output.progress(line) }
  const node = await withPassphrase(context, async passphrase => await createNode({ ...settings, profile, onProgress, ...(passphrase === undefined ? {} : { passphrase }) }))
  for (const warning of node.warnings) output.note(warning)
  if (world.signal.aborted) {
    await node.stop()
    throw new UsageError('ABORTED', 'Interrupted.')
  }
  return node
}

async function linger ({ output, world }: Context, node: SottoNode): Promise<void> {
  const deadline = AbortSignal.timeout(world.patience.linger)
  const slow = setTimeout(() => { output.progress('Handing it on …') }, 1000)
  try {
    await node.conversations.flushed({ signal: AbortSignal.any([deadline, world.signal]) })
  } catch {
    // whatever the reason, it is safe here, and this is what to do about it
    output.note('Not handed on yet: it is safe on this device, and leaves when a node runs here again. `sotto start --detach` keeps trying.')
  } finally {
    clearTimeout(slow)
  }
}
