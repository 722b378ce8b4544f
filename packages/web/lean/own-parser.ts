/** Stands for the parser of messages: they come as trees (catalogues.ts), and those of words alone as their words. */
import { TYPE } from '@formatjs/icu-messageformat-parser/lib/types.js'

export * from '@formatjs/icu-messageformat-parser/lib/types.js'

export function parse (words: string): Array<{ type: TYPE.literal, value: string }> {
  return [{ type: TYPE.literal, value: words }]
}
