/** What stands for a person where there is no picture. */

const HUES = 8

/** Stable over names: the same id has the same colour. */
export function hueOf (id: string): number {
  let sum = 0
  for (let at = 0; at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) >>> 0
  return sum % HUES
}

/** Up to two first letters, whole graphemes: a flag or a family stays one. */
export function initialsOf (name: string): string {
  const words = name.trim().split(/\s+/).filter(word => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word))
  const segmenter = new Intl.Segmenter()
  const first = (word: string): string => segmenter.segment(word.replace(/^[^\p{L}\p{N}\p{Extended_Pictographic}]+/u, ''))[Symbol.iterator]().next().value?.segment ?? ''
  const picked = words.length > 1 ? [words[0] ?? '', words.at(-1) ?? ''] : words
  return picked.map(first).join('').toLocaleUpperCase()
}
