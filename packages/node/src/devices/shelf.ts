/** The other devices of our identity, as this one knows them. */
import { MAX_OWN_DEVICES } from '../config.ts'
import { LimitError } from '../errors.ts'
import { verifyCertificate } from '../identity/certificate.ts'
import { formatPeerId } from '../network/peer-id.ts'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import { toString } from 'uint8arrays/to-string'
import type { Certificate } from '../identity/certificate.ts'
import type { Store, StoreOp } from '../store/index.ts'

interface StoredDevice {
  certificate: Uint8Array
  /** 32 bytes, of the streams between it and us; none where we never paired with it (two linked devices) */
  linkKey?: Uint8Array
  /** multiaddrs */
  addresses: string[]
  /** a personal node */
  stays?: boolean
  /** Unix milliseconds, here */
  since: number
  lastSeen: number
}

export interface KnownDevice extends StoredDevice {
  /** hex */
  id: string
  peerId: string
  verified: Certificate
}

const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')

/** Invariants: every certificate here was verified, and is of our identity; memory follows the disk. */
export class DeviceShelf {
  readonly #store: Store
  readonly #devices = new Map<string, KnownDevice>()

  private constructor (store: Store) {
    this.#store = store
  }

  static async load (store: Store): Promise<DeviceShelf> {
    const shelf = new DeviceShelf(store)
    for await (const { value } of store.range(keyRange(tables.devices))) {
      const known = await knownDevice(decodeRecord<StoredDevice>(value))
      if (known !== undefined) shelf.#devices.set(known.id, known)
    }
    return shelf
  }

  list (): KnownDevice[] { return [...this.#devices.values()] }
  get (id: string): KnownDevice | undefined { return this.#devices.get(id) }
  byPeer (peerId: string): KnownDevice | undefined { return this.list().find(device => device.peerId === peerId) }

  /** Durable when it resolves. @throws LimitError LIMIT_EXCEEDED */
  async keep (device: StoredDevice): Promise<KnownDevice | undefined> {
    const known = await knownDevice(device)
    if (known === undefined) return undefined
    if (!this.#devices.has(known.id) && this.#devices.size >= MAX_OWN_DEVICES - 1) throw new LimitError('LIMIT_EXCEEDED', `an identity has at most ${MAX_OWN_DEVICES} devices`, { hint: 'revoke one that you no longer use: sotto device list' })
    await this.#store.batch([deviceOp(this.#store, known.verified, device)])
    this.#devices.set(known.id, known)
    return known
  }

  async forget (id: string): Promise<void> {
    const known = this.#devices.get(id)
    if (known === undefined) return
    await this.#store.batch([{ type: 'del', key: key(tables.devices, this.#store.blind(known.verified.credential.device)) }])
    this.#devices.delete(id)
  }
}

async function knownDevice (device: StoredDevice): Promise<KnownDevice | undefined> {
  const verified = await verifyCertificate(device.certificate)
  return verified === undefined ? undefined : { ...device, verified, id: hex(verified.credential.device), peerId: formatPeerId(verified.peerKey) }
}

/** For a profile that is only being made. */
export function deviceOp (store: Store, { credential }: Certificate, { certificate, linkKey, addresses, stays, since, lastSeen }: StoredDevice): StoreOp {
  const record: StoredDevice = { certificate, addresses, since, lastSeen, ...(linkKey === undefined ? {} : { linkKey }), ...(stays === true ? { stays } : {}) }
  return { type: 'put', key: key(tables.devices, store.blind(credential.device)), value: encodeRecord(record) }
}
