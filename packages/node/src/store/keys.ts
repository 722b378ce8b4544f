/**
 * Every table of the store, with the byte that begins its keys. Numbers are never reused.
 * What follows the byte is fixed-width: blinded ids (16 bytes) and big-endian numbers (8 bytes).
 */
export const tables = {
  /** u64(1) → own device: keys, certificates, name; u64(2) → entropy of the recovery phrase */
  own: 0x01,
  /** blind(identity) → contact */
  contacts: 0x02,
  /** blind(identity) → request waiting for an answer */
  requests: 0x03,
  /** blind(identity) blind(device) → revocation seen */
  revocations: 0x04,
  /** blind(device) → another device of ours: certificate, key of the stream to it, where it is */
  devices: 0x06,
  /** blind(name of a fact) → its revision and value, as our devices last agreed */
  facts: 0x07,
  /** blind(conversation) → conversation record (cursors, queues, settings) */
  conversations: 0x10,
  /** blind(conversation) → head of the session; blind(conversation) blind(branch) → one of its states */
  sessions: 0x11,
  /** blind(conversation) u64(depth) blind(author) u64(sequence) → entry, in causal order */
  log: 0x12,
  /** blind(conversation) blind(author) u64(sequence) → entry whose parents are missing */
  held: 0x14,
  /** blind(message id) → conversation, author, sequence, depth, hash: finds it in `log` */
  messageIds: 0x15,
  /** blind(conversation) u64(number) → sealed envelope on its way */
  outbox: 0x16,
  /** blind(client id) → message id: `send --id` */
  clientIds: 0x17,
  /** blind(target message id) blind(author) u64(kind) → the last that this device did to the message: edit, retraction, reaction */
  annotations: 0x18,
  /** blind(conversation) u64(number) → envelope that came before the commit it needs */
  early: 0x19,
  /** blind(conversation) blind(author) u64(sequence) hash → another entry that claims a place that was taken */
  conflicts: 0x1a,
  /** blind(conversation) → how far the search index goes; blind(conversation) blind(beginning of a word) u64(stretch) → where such words stand */
  search: 0x1b,
  /** u64(cursor) → event journal */
  journal: 0x20,
  /** mailbox server: blind(queue) → queue record */
  queues: 0x30,
  /** mailbox server: blind(queue) u64(position) → item */
  queueItems: 0x31,
  /** mailbox server: blind(token) → grant */
  grants: 0x32,
  /** mailbox keeper: blind(mailbox peer) → a mailbox that keeps for me */
  keepers: 0x33,
  /** mailbox keeper: blind(queue) → read keys and cursor of one of my queues */
  readQueues: 0x34,
  /** mailbox keeper: blind(queue) u64(position) → heads of the chain up to there */
  readHeads: 0x35,
  /** mailbox server: blind(queue, item id) → position, hash and head */
  queueIds: 0x36,
  /** mailbox reader: blind(queue) → one of our queues that another device of ours keeps, and how far it was read here */
  sharedQueues: 0x37,
  /** introduction server: blind(identity) → registered inbox */
  inboxes: 0x38,
  /** introduction server: blind(identity) u64(slot) → sealed request */
  inboxSlots: 0x39,
  /** introduction: own inbox keys and tokens */
  ownInbox: 0x3a,
  /** directory: blind(identity) → best sequence seen, and the record of those who are followed */
  directory: 0x3b,
  /** () → servers for calls, and whom addresses are hidden from */
  callSettings: 0x3d,
  /** () → the call that a page is in */
  callInHand: 0x3e,
  /** network: peers seen, throw-away keys */
  peers: 0x40,
  /** () → number of the last migration that ran */
  meta: 0x7f
} as const

export type Table = typeof tables[keyof typeof tables]

/** A key: the table's byte, then its parts; a number becomes 8 big-endian bytes. */
export function key (table: Table, ...parts: Array<Uint8Array | number>): Uint8Array {
  const bytes = new Uint8Array(parts.reduce<number>((sum, part) => sum + (typeof part === 'number' ? 8 : part.byteLength), 1))
  bytes[0] = table
  let at = 1
  for (const part of parts) {
    if (typeof part === 'number') {
      if (!Number.isSafeInteger(part) || part < 0) throw new RangeError('a number in a key is a whole one')
      const view = new DataView(bytes.buffer)
      view.setUint32(at, Math.floor(part / 2 ** 32))
      view.setUint32(at + 4, part % 2 ** 32)
      at += 8
    } else {
      bytes.set(part, at)
      at += part.byteLength
    }
  }
  return bytes
}

/** All keys that begin with `key(table, ...parts)`. */
export function keyRange (table: Table, ...parts: Array<Uint8Array | number>): { gte: Uint8Array, lt: Uint8Array } {
  const gte = key(table, ...parts)
  const lt = Uint8Array.from(gte)
  for (let i = lt.length - 1; i >= 0; i--) {
    const byte = lt[i] ?? 0
    if (byte < 0xff) {
      lt[i] = byte + 1
      return { gte, lt: lt.subarray(0, i + 1) }
    }
  }
  return { gte, lt: Uint8Array.of(0xff) }
}
