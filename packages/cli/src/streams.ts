/** stdin, stdout and stderr of this process as a World wants them. */
import { StringDecoder } from 'node:string_decoder'
import { UsageError } from '@sotto/node/errors'
import { bad } from './values.ts'
import type { Sink, Source } from './world.ts'

const DEFAULT_COLUMNS = 80
const NEWLINE = 0x0a

export function createSink (stream: NodeJS.WriteStream): Sink {
  return {
    write (text) { if (stream.writable) stream.write(text) },
    terminal: stream.isTTY === true,
    get columns () { return stream.columns ?? DEFAULT_COLUMNS }
  }
}

function interrupted (): UsageError { return new UsageError('ABORTED', 'Interrupted.') }

/** Reads until `enough` says so, or the end. */
async function collect (stdin: NodeJS.ReadStream, limit: number, signal: AbortSignal, enough: (chunk: Uint8Array) => boolean): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  return await new Promise((resolve, reject) => {
    const finish = (error?: Error): void => {
      stdin.off('data', onData).off('end', onEnd).off('error', finish)
      signal.removeEventListener('abort', onAbort)
      stdin.pause()
      if (error !== undefined) { reject(error); return }
      const bytes = new Uint8Array(length)
      let at = 0
      for (const chunk of chunks) { bytes.set(chunk, at); at += chunk.length }
      resolve(bytes)
    }
    const onEnd = (): void => { finish() }
    const onAbort = (): void => { finish(interrupted()) }
    const onData = (chunk: Uint8Array): void => {
      chunks.push(chunk)
      length += chunk.length
      if (length > limit) finish(bad(`What stands on stdin is longer than ${limit} bytes.`, 'A message takes up to 32 KiB of text.'))
      else if (enough(chunk)) finish()
    }
    signal.addEventListener('abort', onAbort)
    stdin.on('data', onData).on('end', onEnd).on('error', finish)
  })
}

function decode (bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    throw bad('What stands on stdin is no UTF-8 text.')
  }
}

/** A line from the keyboard, key by key, so that nothing needs to be shown. */
async function ask (stdin: NodeJS.ReadStream, stderr: NodeJS.WriteStream, question: string, echo: boolean, signal: AbortSignal): Promise<string> {
  const decoder = new StringDecoder('utf8')
  let typed = ''
  // before the question: what is typed at once must not be shown either
  stdin.setRawMode(true)
  stderr.write(question)
  try {
    return await new Promise((resolve, reject) => {
      const finish = (error?: UsageError): void => {
        stdin.off('data', onData)
        signal.removeEventListener('abort', onAbort)
        stdin.pause()
        if (error === undefined) resolve(typed)
        else reject(error)
      }
      const onAbort = (): void => { finish(interrupted()) }
      const onData = (bytes: Buffer): void => {
        for (const key of decoder.write(bytes)) {
          if (key === '\r' || key === '\n') { finish(); return }
          if (key === '\u0003' || (key === '\u0004' && typed === '')) { finish(interrupted()); return }
          if (key === '\u007f' || key === '\b') {
            if (echo && typed !== '') stderr.write('\b \b')
            typed = Array.from(typed).slice(0, -1).join('')
          } else if (key >= ' ') {
            typed += key
            if (echo) stderr.write(key)
          }
        }
      }
      signal.addEventListener('abort', onAbort)
      stdin.on('data', onData)
    })
  } finally {
    stdin.setRawMode(false)
    stderr.write('\n')
  }
}

/** `open` is called only where something is to be read: touching process.stdin costs time. */
export function createSource (open: () => NodeJS.ReadStream, terminal: boolean, stderr: NodeJS.WriteStream): Source {
  return {
    terminal,
    async all (limit, signal) { return decode(await collect(open(), limit, signal, () => false)) },
    async line (limit, signal) {
      const text = decode(await collect(open(), limit, signal, chunk => chunk.includes(NEWLINE)))
      const line = text.split(/\r?\n/, 1)[0] ?? ''
      return line
    },
    async ask (question, { echo, signal }) { return await ask(open(), stderr, question, echo, signal) }
  }
}
