import { closeSync, openSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import { NodeError, UsageError } from '@sotto/node/errors'
import { bad } from './values.ts'
import type { Context } from './context.ts'

/** Longest passphrase, bytes: a page of text, and no device file read for ever. */
const MAX_PASSPHRASE_BYTES = 4096

function readFile (path: string): string {
  const bytes = new Uint8Array(MAX_PASSPHRASE_BYTES + 1)
  let length = 0
  try {
    const file = openSync(path, 'r')
    try {
      for (let read = -1; read !== 0 && length < bytes.length; length += read) read = readSync(file, bytes, length, bytes.length - length, null)
    } finally { closeSync(file) }
  } catch (error) {
    throw new UsageError('BAD_ARGUMENT', `The passphrase file ${path} cannot be read.`, { cause: error, hint: 'Check the path and to whom it belongs.' })
  }
  if (length > MAX_PASSPHRASE_BYTES) throw bad(`The passphrase in ${path} is longer than ${MAX_PASSPHRASE_BYTES} bytes.`)
  const text = new TextDecoder().decode(bytes.subarray(0, length)).replace(/\r?\n$/, '')
  if (text === '') throw bad(`The passphrase file ${path} is empty.`)
  return text
}

/** What was given beside the command: file over environment. Nothing is asked. */
export async function givenPassphrase ({ values, world }: Context): Promise<string | undefined> {
  const file = values.text('passphrase-file')
  if (file !== undefined) return readFile(resolve(world.cwd, file))
  if (values.has('passphrase-stdin')) {
    const line = await world.stdin.line(MAX_PASSPHRASE_BYTES, world.signal)
    return line === '' ? undefined : line
  }
  return world.env.SOTTO_PASSPHRASE === '' ? undefined : world.env.SOTTO_PASSPHRASE
}

export async function askPassphrase ({ world }: Context): Promise<string> {
  return await world.stdin.ask('Passphrase: ', { echo: false, signal: world.signal })
}

/** Runs `open`; asks only where the profile turns out to need a passphrase, none was given, and somebody can answer. */
export async function withPassphrase<T> (context: Context, open: (passphrase: string | undefined) => Promise<T>): Promise<T> {
  const given = await givenPassphrase(context)
  try {
    return await open(given)
  } catch (error) {
    const ask = error instanceof NodeError && error.code === 'PASSPHRASE_REQUIRED' && given === undefined && context.world.stdin.terminal
    if (!ask) throw error
  }
  return await open(await askPassphrase(context))
}
