/** `start --detach`: the same program in a session of its own; this one ends when that one is ready. */
import { spawn } from 'node:child_process'
import { NodeError, StoreError, UsageError } from '@sotto/node/errors'
import { globalOptions } from '../../globals.ts'
import { withPassphrase } from '../../passphrase.ts'
import { options } from './options.ts'
import type { ChildProcess } from 'node:child_process'
import type { ErrorCode } from '@sotto/node/errors'
import type { Context } from '../../context.ts'

/** Longest first line, bytes: addresses and a link. */
const MAX_LINE_BYTES = 256 * 1024
/** Options that the child gets in another way, or not. */
const NOT_HANDED_ON = new Set(['detach', 'json', 'name', 'passphrase-file', 'passphrase-stdin', 'profile'])

interface Ready { link: string, webLink?: string, id: string, web?: string }

function childArgs ({ profile, values }: Context): string[] {
  const given = [...globalOptions, ...options.options ?? []].filter(option => values.has(option.name) && !NOT_HANDED_ON.has(option.name))
  return [
    'start', '--json', '--background', '--passphrase-stdin', `--profile=${profile}`,
    ...given.flatMap(option => option.value === undefined ? [`--${option.name}`] : (values.list(option.name) ?? []).map(value => `--${option.name}=${value}`))
  ]
}

/** Its JSON lines, one at a time, until `take` has enough. */
function onLines (stream: NonNullable<ChildProcess['stdout']>, take: (line: Record<string, unknown>) => void): void {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(-MAX_LINE_BYTES)
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end)
      text = text.slice(end + 1)
      try {
        take(JSON.parse(line) as Record<string, unknown>)
      } catch {
        // the runtime itself may say something; what matters is JSON
      }
    }
  })
}

async function launch (context: Context, passphrase: string | undefined): Promise<Ready> {
  const { output, world } = context
  const { command, args } = world.relaunch
  const env = { ...world.env }
  // the passphrase goes through the pipe alone: an environment can be read for as long as the process lives
  delete env.SOTTO_PASSPHRASE
  const child = spawn(command, [...args, ...childArgs(context)], { cwd: world.cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
  const { stdin, stdout, stderr } = child
  return await new Promise((resolve, reject) => {
    let failure: NodeError | undefined
    const interrupt = (): void => { child.kill('SIGTERM') }
    world.signal.addEventListener('abort', interrupt)
    const end = (): void => {
      world.signal.removeEventListener('abort', interrupt)
      for (const stream of [stdin, stdout, stderr]) stream.destroy()
      child.removeAllListeners()
      child.unref()
    }
    onLines(stdout, line => {
      if (line.event !== 'ready') return
      end()
      resolve(line as unknown as Ready)
    })
    onLines(stderr, line => {
      if (typeof line.progress === 'string') output.progress(line.progress)
      if (typeof line.note === 'string') output.note(line.note)
      const error = line.error as { code?: string, message?: string, hint?: string } | undefined
      if (error !== undefined) failure = childError(error)
    })
    stdin.on('error', () => {
      // it ended before it read: its exit says why
    })
    stdin.end(`${passphrase ?? ''}\n`)
    child.once('error', error => { end(); reject(new NodeError('INTERNAL', 'The background process could not be started.', { cause: error })) })
    child.once('close', () => {
      end()
      reject(world.signal.aborted ? new UsageError('ABORTED', 'Interrupted.') : failure ?? new NodeError('INTERNAL', 'The background process ended before it was ready.', { hint: 'Try `sotto start` without --detach to see why.' }))
    })
  })
}

/** The class decides the exit code, so it comes back as it was. */
function childError ({ code = 'INTERNAL', message = 'The background process failed.', hint }: { code?: string, message?: string, hint?: string }): NodeError {
  const options = hint === undefined ? {} : { hint }
  if (code === 'PROFILE_IN_USE' || code.includes('PASSPHRASE')) return new StoreError(code as ErrorCode, message, options)
  return code === 'BAD_ARGUMENT' ? new UsageError(code, message, options) : new NodeError(code as ErrorCode, message, options)
}

export async function detach (context: Context): Promise<number> {
  const { output } = context
  const ready = await withPassphrase(context, async passphrase => await launch(context, passphrase))
  output.result(ready, () => [
    `${output.paint('green', 'Sotto is running in the background.')} You are ${ready.id}`,
    '',
    'Your link, for a friend:',
    '',
    `  ${output.paint('bold', ready.link)}`,
    '',
    ...ready.webLink === undefined ? [] : ['The same, for a friend with a browser alone:', '', `  ${output.paint('bold', ready.webLink)}`, ''],
    ...ready.web === undefined ? [] : ['In a browser on this machine:', '', `  ${output.paint('bold', ready.web)}`, ''],
    '`sotto status` tells how it is, `sotto listen` what happens, `sotto stop` ends it.'
  ].join('\n'))
  return 0
}
