/**
 * The call that a page is in, sealed in the profile for as long as it lasts: a page that is loaded anew goes on with it.
 *
 * Invariants: one call at a time, its last state; what is over is forgotten.
 */
import { key, tables } from '../store/keys.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import type { CarriedState } from './handover.ts'
import type { Logger } from '../components.ts'
import type { Store, StoreOp } from '../store/index.ts'

export class CallMemory {
  readonly #store: Store
  readonly #logger: Logger
  /** what is to be written next; of several only the last */
  #next: StoreOp | undefined
  #writing: Promise<void> | undefined
  #id: string | undefined

  constructor (store: Store, logger: Logger) {
    this.#store = store
    this.#logger = logger
  }

  /** That call, if it was the last one and was not over. */
  async load (id: string): Promise<CarriedState | undefined> {
    const bytes = await this.#store.get(key(tables.callInHand))
    const carried = bytes === undefined ? undefined : decodeRecord<CarriedState>(bytes)
    return carried?.party.id === id ? carried : undefined
  }

  keep (carried: CarriedState): void {
    this.#id = carried.party.id
    this.#put({ type: 'put', key: key(tables.callInHand), value: encodeRecord(carried) })
  }

  forget (id: string): void {
    if (id === this.#id) this.#put({ type: 'del', key: key(tables.callInHand) })
  }

  /** Until it is written. */
  async settled (): Promise<void> { await this.#writing }

  #put (op: StoreOp): void {
    this.#next = op
    this.#writing ??= this.#write().finally(() => { this.#writing = undefined })
  }

  async #write (): Promise<void> {
    for (let op = this.#next; op !== undefined; op = this.#next) {
      this.#next = undefined
      await this.#store.batch([op]).catch((error: unknown) => { this.#logger.error('the call was not kept', error) }) // it goes on, unless the page is loaded anew
    }
  }
}
