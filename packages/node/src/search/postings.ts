/**
 * One row of the index: words that begin alike, each with the places of one stretch of messages where it stands. Sealed as a
 * whole by the store. Layout: for each word, ascending: length, UTF-8, bytes of places; then the places by depth, each as depth
 * beyond the one before, number of the author, sequence. All numbers are LEB128. Zeros at the end are padding.
 */

import { paddedLength } from '@sotto/protocols/common'

/** Rows show their size to whoever has the disk: most of one stretch look alike. */
const ROW_FLOOR_BYTES = 128

/** A message: who wrote it (by the index's own number), its sequence, and its depth in the log. */
export interface Place { author: number, sequence: number, depth: number }

class Bytes {
  #bytes = new Uint8Array(256)
  #length = 0

  #room (more: number): void {
    if (this.#length + more <= this.#bytes.byteLength) return
    const grown = new Uint8Array(Math.max(this.#bytes.byteLength * 2, this.#length + more))
    grown.set(this.#bytes)
    this.#bytes = grown
  }

  number (value: number): void {
    this.#room(8)
    for (; value >= 0x80; value = Math.floor(value / 0x80)) this.#bytes[this.#length++] = (value % 0x80) | 0x80
    this.#bytes[this.#length++] = value
  }

  put (bytes: Uint8Array): void {
    this.number(bytes.byteLength)
    this.#room(bytes.byteLength)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.byteLength
  }

  padded (): Uint8Array {
    const bytes = new Uint8Array(paddedLength(this.#length, ROW_FLOOR_BYTES))
    bytes.set(this.#bytes.subarray(0, this.#length))
    return bytes
  }

  take (): Uint8Array { return this.#bytes.slice(0, this.#length) }
}

export function encodeRow (words: ReadonlyMap<string, readonly Place[]>): Uint8Array {
  const encoder = new TextEncoder()
  const row = new Bytes()
  for (const word of [...words.keys()].sort()) {
    const places = new Bytes()
    let last = 0
    for (const { author, sequence, depth } of [...words.get(word) ?? []].sort((a, b) => a.depth - b.depth)) {
      places.number(depth - last)
      places.number(author)
      places.number(sequence)
      last = depth
    }
    row.put(encoder.encode(word))
    row.put(places.take())
  }
  return row.padded()
}

class Reader {
  readonly #bytes: Uint8Array
  at = 0

  constructor (bytes: Uint8Array) { this.#bytes = bytes }

  get isAtEnd (): boolean { return this.at >= this.#bytes.byteLength }

  number (): number {
    let value = 0
    for (let scale = 1; !this.isAtEnd; scale *= 0x80) {
      const byte = this.#bytes[this.at++] ?? 0
      value += (byte & 0x7f) * scale
      if (byte < 0x80) break
    }
    return value
  }

  begins (word: Uint8Array): boolean { return word.every((byte, i) => this.#bytes[this.at + i] === byte) }
}

/** Calls `found` for each place of each word that is `word`, or begins with it where it need not be the `whole` word. */
export function readRow (row: Uint8Array, word: Uint8Array, whole: boolean, found: (author: number, sequence: number, depth: number) => void): void {
  const reader = new Reader(row)
  while (!reader.isAtEnd) {
    const length = reader.number()
    if (length === 0) return
    const fits = (whole ? length === word.byteLength : length >= word.byteLength) && reader.begins(word)
    reader.at += length
    const bytes = reader.number()
    const end = reader.at + bytes
    if (!fits) reader.at = end
    for (let depth = 0; reader.at < end;) {
      depth += reader.number()
      const author = reader.number()
      found(author, reader.number(), depth)
    }
  }
}
