/** A session in the store: its head under the conversation, beside it the states that the head names, each written once. */
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { key, keyRange, tables } from '../store/index.ts'
import type { EncodedSession, Session } from '../session/index.ts'
import type { Store, StoreOp } from '../store/index.ts'

const BRANCH_BYTES = 16

/** Invariant: knows which states lie in the store once every operation that it gave out is written. */
export class SessionShelf {
  readonly #store: Store
  readonly #name: Uint8Array
  /** states in the store, by branch (hex) */
  readonly #states: Set<string>

  private constructor (store: Store, name: Uint8Array, states: Iterable<string>) {
    this.#store = store
    this.#name = name
    this.#states = new Set(states)
  }

  static async load (store: Store, conversation: Uint8Array): Promise<{ shelf: SessionShelf, stored: EncodedSession | undefined }> {
    const name = store.blind(conversation)
    const head = await store.get(key(tables.sessions, name))
    const states = new Map<string, Uint8Array>()
    const { gte, lt } = keyRange(tables.sessions, name)
    for await (const { value } of store.range({ gt: gte, lt })) states.set(toString(value.subarray(0, BRANCH_BYTES), 'hex'), value.subarray(BRANCH_BYTES))
    return { shelf: new SessionShelf(store, name, states.keys()), stored: head === undefined ? undefined : { head, states } }
  }

  ops (session: Session): StoreOp[] {
    const { head, states } = session.encode()
    const ops: StoreOp[] = [{ type: 'put', key: key(tables.sessions, this.#name), value: head }]
    for (const [branch, state] of states) {
      if (this.#states.has(branch)) continue
      this.#states.add(branch)
      ops.push({ type: 'put', key: this.#key(branch), value: concat([bytesOf(branch), state]) })
    }
    for (const branch of this.#states) {
      if (states.has(branch)) continue
      this.#states.delete(branch)
      ops.push({ type: 'del', key: this.#key(branch) })
    }
    return ops
  }

  #key (branch: string): Uint8Array {
    return key(tables.sessions, this.#name, this.#store.blind(bytesOf(branch)))
  }
}

function bytesOf (branch: string): Uint8Array {
  return fromString(branch, 'hex')
}
