/**
 * IPNS records (specs.ipfs.tech/ipns/ipns-record), V2 only, under an Ed25519 identity. The library does the format; the
 * date is ours to judge, because it looks at the system's clock.
 */
import { MAX_IPNS_BYTES } from '@sotto/protocols/directory'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { publicKeyOf, sign, verify } from '../identity/ed25519.ts'
import type { PrivateKey } from '@libp2p/interface'

/** How long others may cache it, nanoseconds (an hour): the hint of the format, which nothing here uses. */
const TTL_NS = 60 * 60 * 1e9

export interface IpnsContent {
  value: string
  sequence: number
  /** Unix milliseconds */
  expires: number
}

export async function signIpns (seed: Uint8Array, { value, sequence, expires }: IpnsContent): Promise<Uint8Array> {
  const { createIPNSRecordWithExpiration, marshalIPNSRecord } = await import('ipns')
  const date = new Date(expires).toISOString().replace('Z', '000000Z') // nanoseconds
  const key = { type: 'Ed25519', publicKey: { raw: publicKeyOf(seed) }, sign: async (bytes: Uint8Array) => sign(seed, bytes) } as unknown as PrivateKey // all that it is asked for
  return marshalIPNSRecord(await createIPNSRecordWithExpiration(key, value, sequence, date, { ttlNs: TTL_NS, v1Compatible: false }))
}

/** What an IPNS record says, if it is within its limit, well formed, in its one encoding, and signed by this identity; else undefined (DIR-2). */
export async function openIpns (identity: Uint8Array, bytes: Uint8Array): Promise<IpnsContent | undefined> {
  if (bytes.byteLength > MAX_IPNS_BYTES) return undefined
  const { marshalIPNSRecord, unmarshalIPNSRecord } = await import('ipns')
  try {
    const record = unmarshalIPNSRecord(bytes)
    if ('signatureV1' in record || record.pubKey !== undefined) return undefined
    if (!equals(marshalIPNSRecord(record), bytes)) return undefined
    if (!await verify(identity, concat([fromString('ipns-signature:'), record.data]), record.signatureV2)) return undefined
    const expires = dateOf(record.validity)
    const sequence = Number(record.sequence)
    if (typeof record.value !== 'string' || !Number.isSafeInteger(sequence) || sequence < 0 || !Number.isSafeInteger(expires)) return undefined
    return { value: record.value, sequence, expires }
  } catch {
    return undefined // hostile bytes: what they fail on is of no interest
  }
}

/** RFC 3339 with up to nine digits of a second; NaN for anything else. */
function dateOf (text: string): number {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z$/.exec(text)
  return match === null ? Number.NaN : Date.parse(`${match[1]}${(match[2] ?? '.000').padEnd(4, '0').slice(0, 4)}Z`)
}
