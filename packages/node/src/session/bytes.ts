/** A small reader and writer for what only this device reads again. Numbers big-endian; byte strings with a 4-byte length. */

/** First room of a writer, bytes: the head of a session for two. */
const FIRST_BYTES = 1024

export class Writer {
  #bytes = new Uint8Array(FIRST_BYTES)
  #view = new DataView(this.#bytes.buffer)
  #at = 0

  uint (value: number, bytes: 1 | 2 | 4 | 8): this {
    const at = this.#room(bytes)
    if (bytes === 1) this.#view.setUint8(at, value)
    else if (bytes === 2) this.#view.setUint16(at, value)
    else if (bytes === 4) this.#view.setUint32(at, value)
    else this.#view.setBigUint64(at, BigInt(value))
    return this
  }

  /** of a length that the reader knows */
  raw (bytes: Uint8Array): this {
    const at = this.#room(bytes.byteLength)
    this.#bytes.set(bytes, at)
    return this
  }

  bytes (bytes: Uint8Array): this {
    return this.uint(bytes.byteLength, 4).raw(bytes)
  }

  list<T> (items: Iterable<T>, write: (item: T) => void): this {
    const at = this.#room(2)
    let count = 0
    for (const item of items) {
      write(item)
      count++
    }
    this.#view.setUint16(at, count)
    return this
  }

  end (): Uint8Array {
    return this.#bytes.slice(0, this.#at)
  }

  #room (bytes: number): number {
    const at = this.#at
    this.#at += bytes
    if (this.#at > this.#bytes.byteLength) {
      const larger = new Uint8Array(2 * this.#at)
      larger.set(this.#bytes.subarray(0, at))
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }
}

/** Throws RangeError past the end. */
export class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor (bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  uint (bytes: 1 | 2 | 4 | 8): number {
    const at = this.#at
    this.#at += bytes
    if (bytes === 1) return this.#view.getUint8(at)
    if (bytes === 2) return this.#view.getUint16(at)
    if (bytes === 4) return this.#view.getUint32(at)
    return Number(this.#view.getBigUint64(at))
  }

  raw (length: number): Uint8Array {
    const part = this.#bytes.subarray(this.#at, this.#at + length)
    if (part.byteLength !== length) throw new RangeError('past the end')
    this.#at += length
    return part
  }

  bytes (): Uint8Array {
    return this.raw(this.uint(4))
  }

  list<T> (read: () => T): T[] {
    return Array.from({ length: this.uint(2) }, read)
  }

  get done (): boolean {
    return this.#at === this.#bytes.byteLength
  }
}
