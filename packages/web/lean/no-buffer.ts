/** Stands for the package `buffer` in the level libraries, which ask for it and go on without: our store speaks in views alone. */
export const Buffer = {
  isBuffer: (): boolean => false,
  from: (bytes: ArrayBuffer, offset: number, length: number): Uint8Array => new Uint8Array(bytes, offset, length)
}
