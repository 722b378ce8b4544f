/** The resident node: opens the profile, serves the socket, says ready, tells what happens, and ends cleanly. */
import { eventLine } from '../../output/event.ts'
import { harmless } from '../../output/harmless.ts'
import { wrap } from '../../output/wrap.ts'
import { serveControl } from '../../remote/server.ts'
import { CONTROL_REVISION } from '../../remote/limits.ts'
import { startNode } from '../../session.ts'
import { writeSettings } from '../../settings.ts'
import { serveHealth } from './health.ts'
import { listenForPages, startPage } from './page.ts'
import type { NodeEvent, SelfView, SottoNode } from '@sotto/node'
import type { Context } from '../../context.ts'
import type { Settings } from '../../settings.ts'
import type { Health } from './health.ts'
import type { Page } from './page.ts'

/** A node that does not end in this time is left to the operating system, ms: the store is safe at any moment. */
const STOP_MS = 10_000

export interface Beside {
  /** the directory of the page, where it is served */
  site: string | undefined
  /** where health and numbers are served, if they are; 0 for any port that is free */
  metricsPort: number | undefined
}

export async function runResident (context: Context, settings: Settings, { site, metricsPort }: Beside): Promise<number> {
  const { output, profile, values, world } = context
  const { createNode } = await world.door()
  // before the node: a port that is taken is said at once
  const health = metricsPort === undefined ? undefined : await serveHealth({ port: metricsPort, version: world.version, now: world.now })
  const node = await startNode(context, createNode, { ...settings, resident: true, ...(site === undefined ? {} : { pageListen: listenForPages(settings.listen, values.has('web-tls')) }), ...(health === undefined ? {} : { metrics: true }) }).catch(async (error: unknown) => {
    await health?.close()
    throw error
  })
  const stop = new AbortController()
  const until = AbortSignal.any([stop.signal, world.signal, node.failed])
  let control: Awaited<ReturnType<typeof serveControl>> | undefined
  let page: Page | undefined
  try {
    control = await serveControl({
      messenger: node,
      profile,
      hello: { revision: CONTROL_REVISION, version: world.version, pid: process.pid, profile, id: node.id, ...(health === undefined ? {} : { metrics: health.address }) },
      onStop: () => { stop.abort() }
    })
    // servers for calls are kept by the node, sealed: a password may be among them
    const { iceServers: _, ...remembered } = settings
    writeSettings(profile, remembered)
    health?.show(node)
    const self = await node.self({ signal: until })
    if (site !== undefined) page = await startPage(context, site, node, { ...settings, webHost: self.webLink?.replace(/#.*$/, '') }, until)
    const background = values.has('background')
    const events = background ? undefined : subscribe(node, until)
    await sayReady(context, node, self, { page, health })
    if (events !== undefined) await tell(context, events, self)
    await aborted(until)
    // a node without a store would only look alive: whoever watches over it starts it again
    node.failed.throwIfAborted()
    return 0
  } catch (error) {
    throw node.failed.aborted ? node.failed.reason : error // whatever failed then, failed by that
  } finally {
    if (!values.has('background')) output.progress('Stopping …')
    await Promise.all([page?.close(), health?.close()])
    await inTime(node.stop())
    // after the node: the end of a connection tells `sotto stop` that the profile is free
    await control?.close()
  }
}

async function aborted (signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>(resolve => { signal.addEventListener('abort', () => { resolve() }, { once: true }) })
}

async function inTime (stopping: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(resolve => { timer = setTimeout(resolve, STOP_MS) })
  try {
    await Promise.race([stopping, late])
  } finally {
    clearTimeout(timer)
  }
}

async function sayReady (context: Context, node: SottoNode, self: SelfView, { page, health }: { page: Page | undefined, health: Health | undefined }): Promise<void> {
  const { output } = context
  const status = output.terminal ? await node.status() : undefined
  const code = output.terminal ? (await import('../../output/qr.ts')).qr(self.webLink ?? self.link, output.colours) : undefined
  output.result({ event: 'ready', id: node.id, device: node.device, peerId: node.peerId, addresses: node.addresses(), link: self.link, ...self.webLink === undefined ? {} : { webLink: self.webLink }, ...page === undefined ? {} : { web: page.web }, ...health === undefined ? {} : { metrics: health.address } }, () => [
    `${output.paint('green', 'Sotto is running.')} You are ${node.id}`,
    '',
    'Your link, for a friend:',
    '',
    `  ${output.paint('bold', self.link)}`,
    ...self.webLink === undefined ? [] : ['', 'The same, for a friend with a browser alone:', '', `  ${output.paint('bold', self.webLink)}`],
    ...code === undefined ? [] : ['', code],
    ...(status?.advice ?? []).map(line => output.paint('yellow', wrap(harmless(line), output.columns, ''))),
    '',
    'Next, in another terminal:',
    "  sotto contact add 'LINK' --name Bob   with the link that a friend gave you",
    '  sotto request list                    to see who came with yours',
    "  sotto send bob 'hello'",
    'Ctrl-C ends this node. `sotto start --detach` runs it in the background.',
    ...health === undefined ? [] : [`How it is, for everyone on this machine: ${health.address}`],
    ...page === undefined ? [] : pageLines(page, output)
  ].join('\n'))
}

/** Last, where the eye is: the address to open. */
function pageLines (page: Page, { paint }: Context['output']): string[] {
  return ['', 'In a browser on this machine:', '', `  ${paint('bold', page.web)}`, '', `Where it is not found: ${page.web.replace(page.address, page.plainAddress)}`]
}

/** Listens at once: what happens between `ready` and the first look is not missed. */
function subscribe (node: SottoNode, until: AbortSignal): AsyncIterable<NodeEvent> {
  const iterator = node.events({ signal: until, unattended: true })[Symbol.asyncIterator]()
  let first: Promise<IteratorResult<NodeEvent>> | undefined = iterator.next()
  first.catch(() => {
    // comes out where the events are read
  })
  return {
    [Symbol.asyncIterator]: () => ({
      async next () {
        const next = first ?? iterator.next()
        first = undefined
        return await next
      }
    })
  }
}

async function tell (context: Context, events: AsyncIterable<NodeEvent>, self: SelfView): Promise<void> {
  const { output } = context
  for await (const event of events) {
    if (output.json) {
      output.result(event, () => '')
      continue
    }
    // without a person in front of it stdout is a log, and messages do not belong into a log
    const line = output.terminal ? eventLine(event, self.id, output.paint) : undefined
    if (line !== undefined) output.say(line)
  }
}
