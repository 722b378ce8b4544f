/** Messages as the trees that they are read into: the reading is done here, once, and not in every page. */
import { basename } from 'node:path'
import { parse } from '@formatjs/icu-messageformat-parser'

/** The module of a catalogue, which exports its messages by the code of its language. */
export async function compiled (path: string): Promise<string> {
  const language = basename(path, '.ts')
  const { [language]: messages } = await import(path) as Record<string, Readonly<Record<string, string>>>
  return `export const ${language} = ${JSON.stringify(Object.fromEntries(Object.entries(messages ?? {}).map(([key, message]) => [key, parse(message, { captureLocation: false })])))}`
}
