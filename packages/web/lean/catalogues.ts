/** Messages as the trees that they are read into, or as they are where there is nothing to read: it is done here, once, and not in every page. */
import { TYPE, parse } from '@formatjs/icu-messageformat-parser'

/** A message of words alone is its words (own-parser.ts). */
function plainest (tree: ReturnType<typeof parse>): ReturnType<typeof parse> | string {
  const [only, ...more] = tree
  return more.length === 0 && only?.type === TYPE.literal ? only.value : tree
}

/** The module of a file of messages: each of its exports is a catalogue. */
export async function compiled (path: string): Promise<string> {
  const catalogues = await import(path) as Record<string, Readonly<Record<string, string>>>
  return Object.entries(catalogues).map(([name, messages]) => {
    const trees = Object.entries(messages).map(([key, message]) => [key, plainest(parse(message, { captureLocation: false }))])
    return `export const ${name} = ${JSON.stringify(Object.fromEntries(trees))}\n`
  }).join('')
}
