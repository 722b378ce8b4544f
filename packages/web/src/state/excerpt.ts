/** The piece of a text around what was found in it. */

/** So much stands before the first word that was found, and in all, UTF-16 code units. */
const LEAD = 28
const LENGTH = 160

export interface Piece { readonly text: string, readonly found: boolean }

/** Pieces in order; `…` where the text goes on. */
export function excerptOf (text: string, marks: ReadonlyArray<readonly [from: number, to: number]>): Piece[] {
  const first = marks[0]?.[0] ?? 0
  const start = first <= LEAD + 12 ? 0 : wordAfter(text, first - LEAD, first)
  const end = Math.min(text.length, Math.max(start + LENGTH, marks[0]?.[1] ?? 0))
  const pieces: Piece[] = []
  const add = (from: number, to: number, found: boolean): void => {
    const piece = text.slice(Math.max(start, from), Math.min(end, to))
    if (piece !== '') pieces.push({ text: piece, found })
  }
  if (start > 0) pieces.push({ text: '…', found: false })
  let at = start
  for (const [from, to] of marks) {
    add(at, from, false)
    add(from, to, true)
    at = Math.max(at, to)
  }
  add(at, end, false)
  if (end < text.length) pieces.push({ text: '…', found: false })
  return pieces
}

/** Where the next word begins, if one does before `last`; never within a pair of surrogates. */
function wordAfter (text: string, from: number, last: number): number {
  const space = text.slice(from, last).search(/\s\S/)
  if (space >= 0) return from + space + 1
  return /[\udc00-\udfff]/.test(text.charAt(from)) ? from + 1 : from
}
