/** Everything that names somebody or locks something, read from profiles; and the search for it in other people's bytes. */
import { openProfile } from '../../packages/node/src/store/profile.ts'
import { keyRange, tables } from '../../packages/node/src/store/index.ts'
import { decodeRecord } from '../../packages/node/src/store/record.ts'
import { publicKeyOf } from '../../packages/node/src/identity/ed25519.ts'
import { formatId } from '../../packages/node/src/identity/identity-id.ts'
import { loadOwn } from '../../packages/node/src/identity/own.ts'
import { decodeSigned } from '../../packages/node/src/identity/signed.ts'
import { formatPeerId } from '../../packages/node/src/network/peer-id.ts'
import { SessionShelf } from '../../packages/node/src/delivery/session-shelf.ts'
import { decodeStored } from '../../packages/node/src/session/codec.ts'
import type { ChannelRecord } from '../../packages/node/src/delivery/channel-record.ts'
import type { Table } from '../../packages/node/src/store/keys.ts'

/** What must not be found, under a name for the failure message. */
export type Needles = Map<string, Uint8Array>

export interface Stored { table: Table, key: Uint8Array, value: Uint8Array }

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

/** Every key and opened value of a profile that nobody has open. */
export async function everything (profile: string): Promise<Stored[]> {
  const opened = await openProfile({ profile })
  try {
    const found: Stored[] = []
    for await (const { key, value } of opened.store.range({ gte: new Uint8Array(0) })) found.push({ table: key[0] as Table, key, value })
    return found
  } finally {
    await opened.close()
  }
}

/** What names the owner of a profile, and the keys and ids of the owner's conversations. */
export async function secretsOf (who: string, profile: string): Promise<Needles> {
  const opened = await openProfile({ profile })
  const needles: Needles = new Map()
  const add = (what: string, value: Uint8Array | string): void => {
    const bytes = typeof value === 'string' ? text(value) : value
    if (bytes.byteLength >= 5) needles.set(`${who}: ${what}`, bytes)
  }
  try {
    const { store } = opened
    const own = await loadOwn(store)
    add('name', own.name)
    add('identity', own.identity)
    add('identity id', formatId(own.identity))
    add('device', own.device)
    for (const [what, seed] of [['leaf', own.leafSeed], ['peer', own.peerSeed]] as const) {
      add(`${what} seed`, seed)
      add(`${what} key`, publicKeyOf(seed))
    }
    add('PeerId', formatPeerId(publicKeyOf(own.peerSeed)))
    add('recovery hash', own.recoveryHash)
    for (const [what, signed] of [['credential', own.credential], ['certificate', own.certificate]] as const) {
      add(what, signed)
      add(`body of the ${what}`, decodeSigned(signed)!.body)
      add(`signature of the ${what}`, decodeSigned(signed)!.signature)
    }
    for await (const { key, value } of store.range(keyRange(tables.conversations))) {
      if (key.at(-1) !== 0) continue
      const record = decodeRecord<ChannelRecord>(value)
      add('conversation', record.conversation)
      add('direct queue', record.direct.queue)
      add('direct key', record.direct.wrapKey)
      for (const branch of record.tips) add('branch', Uint8Array.from(Buffer.from(branch, 'hex')))
      for (const pair of record.keyPackages) add('KeyPackage', pair.publicPackage)
      const { stored } = await SessionShelf.load(store, record.conversation)
      for (const node of stored === undefined ? [] : decodeStored(stored).nodes) {
        add('branch', node.branch)
        if (node.state !== undefined) add('MLS group', node.state.groupContext.groupId)
      }
    }
    for await (const { value } of store.range(keyRange(tables.readQueues))) {
      const queue = decodeRecord<Record<string, unknown>>(value)
      for (const what of ['readSeed', 'writeSeed', 'wrapKey']) if (queue[what] instanceof Uint8Array) add(`${what} of a queue`, queue[what])
    }
    return needles
  } finally {
    await opened.close()
  }
}

export function texts (who: string, values: readonly string[]): Needles {
  return new Map(values.map(value => [`${who}: ${value}`, text(value)]))
}

/** Base64 as it stands inside longer base64: its first and last characters depend on what is around it. */
function insideBase64 (bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap(shift => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '')
    const inner = encoded.slice(shift === 0 ? 0 : shift + 1, (shift + bytes.byteLength) % 3 === 0 ? undefined : -1)
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function forms (bytes: Uint8Array): Buffer[] {
  const hex = Buffer.from(bytes).toString('hex')
  return [Buffer.from(bytes), ...[hex, hex.toUpperCase(), ...insideBase64(bytes)].map(form => Buffer.from(form))]
}

/** Names of the needles that stand in one of the haystacks: as they are, as hex, or as base64. */
export function found (needles: Needles, haystacks: Iterable<Uint8Array>): string[] {
  const wanted = [...needles].map(([name, bytes]) => ({ name, forms: forms(bytes) }))
  const names = new Set<string>()
  for (const haystack of haystacks) {
    const bytes = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.byteLength)
    for (const { name, forms } of wanted) if (forms.some(form => bytes.includes(form))) names.add(name)
  }
  return [...names].sort()
}

export function merged (...needles: Needles[]): Needles {
  return new Map(needles.flatMap(one => [...one]))
}
