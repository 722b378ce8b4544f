/** Requests of others that wait for an answer, and those that were declined. */
import { toString } from 'uint8arrays/to-string'
import { formatId } from '../identity/identity-id.ts'
import { UsageError } from '../errors.ts'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import { beginsId, properName } from './names.ts'
import type { Store, StoreOp } from '../store/index.ts'

export interface RequestRecord {
  identity: Uint8Array
  name: string
  note: string
  time: number
  reply: Uint8Array
  keyPackages: Uint8Array[]
  nonce: Uint8Array
  declined: boolean
  /** from somebody who is blocked: not shown, looked at again when they no longer are */
  hidden: boolean
}

/** Requests kept, declined ones included: as many as a month of slots can bring a person who never looks. */
const MAX_REQUESTS = 512

const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')

function isOpen (request: RequestRecord): boolean { return !request.declined && !request.hidden }

export class RequestDesk {
  readonly #store: Store
  readonly #requests = new Map<string, RequestRecord>()
  /** called whenever a request came, or was answered */
  onChange: () => void = () => {}

  private constructor (store: Store) {
    this.#store = store
  }

  static async load (store: Store): Promise<RequestDesk> {
    const desk = new RequestDesk(store)
    for await (const { value } of store.range(keyRange(tables.requests))) {
      const request = decodeRecord<RequestRecord>(value)
      desk.#requests.set(hex(request.identity), request)
    }
    return desk
  }

  list (): RequestRecord[] {
    return [...this.#requests.values()].filter(isOpen).sort((a, b) => a.time - b.time)
  }

  get (identity: Uint8Array): RequestRecord | undefined {
    const request = this.#requests.get(hex(identity))
    return request !== undefined && isOpen(request) ? request : undefined
  }

  wasDeclined (identity: Uint8Array, nonce: Uint8Array): boolean {
    const request = this.#requests.get(hex(identity))
    return request?.declined === true && hex(request.nonce) === hex(nonce)
  }

  /** @returns whether it is new to the user */
  async keep (request: Omit<RequestRecord, 'declined' | 'hidden'>, hidden = false): Promise<boolean> {
    const { identity, name, note, time, reply, keyPackages, nonce } = request
    const known = this.#requests.get(hex(identity))
    if (known === undefined && this.#requests.size >= MAX_REQUESTS && !await this.#makeRoom()) return false
    const record: RequestRecord = { identity, name: properName(name), note, time, reply, keyPackages, nonce, declined: false, hidden }
    await this.#store.batch([{ type: 'put', key: this.#key(identity), value: encodeRecord(record) }])
    this.#requests.set(hex(identity), record)
    this.onChange()
    return known === undefined || hex(known.nonce) !== hex(nonce)
  }

  /** The request of somebody who was blocked. */
  hidden (identity: Uint8Array): RequestRecord | undefined {
    const request = this.#requests.get(hex(identity))
    return request?.hidden === true ? request : undefined
  }

  /** What deletes a request; `forget` follows when that is durable. */
  removeOps (identity: Uint8Array): StoreOp[] {
    return this.#requests.has(hex(identity)) ? [{ type: 'del', key: this.#key(identity) }] : []
  }

  forget (identity: Uint8Array): void {
    if (this.#requests.delete(hex(identity))) this.onChange()
  }

  async remove (identity: Uint8Array): Promise<void> {
    await this.#store.batch(this.removeOps(identity))
    this.forget(identity)
  }

  /** Remembered without its content, so that a retry of the same request is not shown again. */
  async decline (request: RequestRecord): Promise<void> {
    const record: RequestRecord = { ...request, name: '', note: '', reply: new Uint8Array(0), keyPackages: [], declined: true, hidden: false }
    await this.#store.batch([{ type: 'put', key: this.#key(request.identity), value: encodeRecord(record) }])
    this.#requests.set(hex(request.identity), record)
    this.onChange()
  }

  /** By name, id, or prefix; the only one where `who` is empty. @throws UsageError UNKNOWN_REQUEST, AMBIGUOUS_CONTACT */
  find (who: string): RequestRecord {
    const wanted = who.trim().toLowerCase()
    const all = this.list()
    const exact = all.filter(request => formatId(request.identity) === wanted)
    const found = exact.length > 0 ? exact : all.filter(request => request.name.toLowerCase() === wanted)
    const near = found.length > 0 ? found : all.filter(request => wanted === '' || request.name.toLowerCase().startsWith(wanted) || beginsId(request.identity, wanted))
    if (near[0] !== undefined && near.length === 1) return near[0]
    if (near.length > 1) {
      throw new UsageError('AMBIGUOUS_CONTACT', `${near.length} requests fit`, { hint: 'name one by its id: sotto request list' })
    }
    throw new UsageError('UNKNOWN_REQUEST', wanted === '' ? 'nobody has asked' : `no request from "${who}"`, { hint: 'see who asked: sotto request list' })
  }

  async #makeRoom (): Promise<boolean> {
    const oldest = [...this.#requests.values()].filter(request => request.declined).sort((a, b) => a.time - b.time)[0]
    if (oldest === undefined) return false
    await this.remove(oldest.identity)
    return true
  }

  #key (identity: Uint8Array): Uint8Array { return key(tables.requests, this.#store.blind(identity)) }
}
