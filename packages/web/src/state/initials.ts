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

/** What all ids begin with, and so much of the key behind it tells people apart who have no name. */
const COMMON = 'sotto1'
const HALF = 3

function keyName (id: string): string {
  return `${id.slice(COMMON.length, COMMON.length + HALF)}-${id.slice(COMMON.length + HALF, COMMON.length + 2 * HALF)}`
}

/** What they are called here: of who has no name, a piece of the key that can be read out. The messenger calls them by the beginning of the id. */
export function shownName (id: string, name: string): string {
  const start = id.slice(0, COMMON.length + 2 * HALF)
  return id.startsWith(COMMON) && name.startsWith(start) ? keyName(id) + name.slice(start.length) : name
}

export function isNameless (id: string, name: string): boolean {
  return name === '' || shownName(id, name).startsWith(keyName(id))
}

/** Two characters of the key, for a circle. */
export function keyInitials (id: string): string {
  return id.startsWith(COMMON) ? id.slice(COMMON.length, COMMON.length + 2) : ''
}
