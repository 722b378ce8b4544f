/** Stands for the cuckoo filters of the libraries: what a page keeps in them is little, and it can know it exactly. */
import { toString } from 'uint8arrays/to-string'

/** Beyond it the oldest is forgotten; a search in the DHT meets fewer peers. */
const MAX_ITEMS = 4096

type Item = Uint8Array | string

const keyOf = (item: Item): string => typeof item === 'string' ? item : toString(item, 'base64')

class Filter {
  readonly #items = new Set<string>()

  has (item: Item): boolean { return this.#items.has(keyOf(item)) }

  remove (item: Item): boolean { return this.#items.delete(keyOf(item)) }

  add (item: Item): boolean {
    const [oldest] = this.#items
    if (oldest !== undefined && this.#items.size >= MAX_ITEMS) this.#items.delete(oldest)
    this.#items.add(keyOf(item))
    return true
  }
}

export const createScalableCuckooFilter = (): Filter => new Filter()
