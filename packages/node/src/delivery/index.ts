/** How conversations are carried: durable outbox, direct streams, mailboxes, receipts. Spec: protocols/envelope. */
export { Delivery } from './delivery.ts'
export type { DeliveryHost } from './delivery.ts'
export type { Channel } from './channel.ts'
export { deliveredUpTo, hex, readUpTo } from './channel-state.ts'
export type { ChannelChange, ChannelState } from './channel-state.ts'
export { Mutex } from './mutex.ts'
export { checkedAnnouncement } from './receive.ts'
export { decodeAddresses, encodeAddresses } from './places.ts'
