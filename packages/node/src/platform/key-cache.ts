/** Imported keys, by their bytes: importing costs more than one signature. The oldest makes room. */

/** Keys kept: more than the devices that one person talks to at a time. */
const MAX_CACHED_KEYS = 512

export class KeyCache<K> {
  readonly #keys = new Map<string, K>()

  get (bytes: Uint8Array): K | undefined {
    return this.#keys.get(nameOf(bytes))
  }

  set (bytes: Uint8Array, key: K): K {
    const oldest = this.#keys.size >= MAX_CACHED_KEYS ? this.#keys.keys().next() : undefined
    if (oldest?.done === false) this.#keys.delete(oldest.value)
    this.#keys.set(nameOf(bytes), key)
    return key
  }
}

function nameOf (bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
