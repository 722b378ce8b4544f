/**
 * The devices of one's own identity. Spec: protocols/device, protocols/pairing.
 *
 * @example
 * const devices = await createDevices(components)
 * await devices.start()
 * for await (const step of devices.link()) if (step.state === 'waiting') show(step.code)
 */
import { FactBook } from './facts.ts'
import { Household } from './household.ts'
import { DeviceShelf } from './shelf.ts'
import type { FactSource } from './facts.ts'
import type { CallOptions, DeviceView, PairingView } from '../api.ts'
import type { Clock, Logger } from '../components.ts'
import type { ChannelChange, ChannelState, DeliveryPart } from '../delivery/index.ts'
import type { OwnRecord } from '../identity/own.ts'
import type { Revocations } from '../identity/revocations.ts'
import type { KeeperView } from '../mailbox/index.ts'
import type { Network } from '../network/index.ts'
import type { Store } from '../store/index.ts'

export interface DevicesComponents {
  clock: Clock
  logger: Logger
  store: Store
  network: Network
  own: OwnRecord
  revocations: Revocations
  delivery: DeliveryPart
  /** our announcement for a conversation, encoded */
  announcement: (state: ChannelState) => Promise<Uint8Array>
  /** how many entries of the history are still to come */
  progress: (left: number) => void
  /** the history with this person is here */
  caughtUp: (peer: Uint8Array) => void
  /** a device came or went: the directory must say so */
  changed: () => void
  /** a later certificate of this device */
  certified: (certificate: Uint8Array) => Promise<void>
  /** what reads our mailboxes here, on a device that does not choose them itself */
  mail: { start: () => Promise<void>, stop: () => Promise<void>, fetched: () => Promise<void>, keepers: () => KeeperView[] } | undefined
  /** a personal node: it tells the others that it is there while they are away */
  stays: boolean
  /** a device that was revoked knew where our mail waits, and the keys to it */
  moveMail: () => void
  /** this device is none of the identity's any more */
  wasRevoked: () => void
}

export interface Devices {
  list (): Promise<DeviceView[]>
  link (options?: CallOptions & { minutes?: number }): AsyncIterable<PairingView>
  revoke (who: string): Promise<DeviceView>
  /** this device was revoked */
  readonly revoked: boolean
  /** where a primary device is, for one that is none itself */
  primary (): { peerId: string, addresses: string[] } | undefined
  /** who keeps our mail beside the mailboxes that this device chose: own devices that stay on, and on a linked one the mailboxes of the primary */
  keepers (): KeeperView[]
  /** of our other devices that were not revoked */
  certificates (): Uint8Array[]
  /** what happened in a conversation */
  heard (state: ChannelState, changes: readonly ChannelChange[]): void
  factsChanged (): void
  /** what waited in mailboxes that another device of ours keeps is here, or they are out of reach */
  fetched (): Promise<void>
  start (): Promise<void>
  stop (): Promise<void>
}

export async function createDevices (components: DevicesComponents, source: (shelf: DeviceShelf) => FactSource): Promise<Devices> {
  const shelf = await DeviceShelf.load(components.store)
  return new Household(components, shelf, await FactBook.load(components.store, components.clock, source(shelf)))
}

export { DeviceShelf }
export type { FactSource } from './facts.ts'
