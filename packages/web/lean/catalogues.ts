/** Messages as the trees that they are read into: the reading is done here, once, and not in every page. */
import { parse } from '@formatjs/icu-messageformat-parser'

/** The module of a file of messages: each of its exports is a catalogue. */
export async function compiled (path: string): Promise<string> {
  const catalogues = await import(path) as Record<string, Readonly<Record<string, string>>>
  return Object.entries(catalogues).map(([name, messages]) => {
    const trees = Object.entries(messages).map(([key, message]) => [key, parse(message, { captureLocation: false })])
    return `export const ${name} = ${JSON.stringify(Object.fromEntries(trees))}\n`
  }).join('')
}
