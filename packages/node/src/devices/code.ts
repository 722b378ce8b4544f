/** The text that makes another device one of ours: `sotto:pair:…`, or `https://host/#pair:…`. Spec: protocols/pairing PAIR-1. */
import { multiaddr } from '@multiformats/multiaddr'
import { sha256 } from '@noble/hashes/sha2.js'
import { base64urlnopad } from '@scure/base'
import { decodeBounded, labelled } from '@sotto/protocols/common'
import { MAX_CODE_ADDRESSES, MAX_CODE_CHARACTERS, PAIRING_CHECKSUM_BYTES, PAIRING_PREFIX, PAIRING_VERSION, PairingCode, SECRET_BYTES } from '@sotto/protocols/pairing'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { UsageError } from '../errors.ts'

const SCHEME = 'sotto:'
/** Longest text that is searched for a code, characters. */
const MAX_TEXT = 8192

export interface Code {
  /** 32 bytes */
  identity: Uint8Array
  /** 32 bytes */
  secret: Uint8Array
  /** multiaddrs in text, each ending in /p2p/… of one device */
  addresses: string[]
}

function checksum (body: Uint8Array): Uint8Array {
  return sha256(labelled('pairing/code', body)).subarray(0, PAIRING_CHECKSUM_BYTES)
}

/**
 * Those addresses that are worth their room in a code: one of each way to dial, so that programs and browsers find one, and
 * one that others can reach before those at home.
 */
export function codeAddresses (addresses: readonly string[]): string[] {
  const ways = new Map<string, string>()
  for (const address of addresses) {
    const way = /\/webrtc-direct\//.test(address) ? 'webrtc-direct' : /\/wss?\/|\/tls\//.test(address) ? 'ws' : /\/p2p-circuit/.test(address) ? 'relay' : 'tcp'
    if (!ways.has(way)) ways.set(way, address)
  }
  return [...ways.values()].slice(0, MAX_CODE_ADDRESSES)
}

/** Without a scheme: for the fragment of an address. */
export function formatFragment ({ identity, secret, addresses }: Code): string {
  const body = PairingCode.encode({ version: PAIRING_VERSION, identity, secret, addresses: addresses.slice(0, MAX_CODE_ADDRESSES).map(address => multiaddr(address).bytes) })
  return PAIRING_PREFIX + base64urlnopad.encode(concat([body, checksum(body)]))
}

export function formatCode (code: Code): string {
  return SCHEME + formatFragment(code)
}

function bad (message: string, hint: string, cause?: unknown): UsageError {
  return new UsageError('BAD_PAIRING_CODE', message, { hint, cause })
}

function addressOf (bytes: Uint8Array): string | undefined {
  try {
    const parsed = multiaddr(bytes)
    const text = parsed.toString()
    return parsed.getComponents().at(-1)?.name === 'p2p' && /^[\x21-\x7e]+$/.test(text) ? text : undefined
  } catch {
    return undefined // not a multiaddr
  }
}

/** Reads a code as `formatCode` or `formatFragment` wrote it, also over line breaks. @throws UsageError BAD_PAIRING_CODE */
export function parseCode (text: string): Code {
  const bare = text.slice(0, MAX_TEXT).replace(/[\s\u200b-\u200d\u2060\ufeff]+/g, '')
  const [, payload] = /^(?:https?:\/\/[^#]*#)?(?:sotto:)?pair:([\w-]+)$/i.exec(bare) ?? []
  if (payload === undefined || bare.length > MAX_CODE_CHARACTERS) throw bad('this is not a pairing code', 'a code begins with sotto:pair: (`sotto device link` on your other device shows one)')
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(base64urlnopad.decode(payload))
  } catch (cause) {
    throw bad('this pairing code is damaged', 'copy it again, whole', cause)
  }
  const body = bytes.subarray(0, Math.max(0, bytes.byteLength - PAIRING_CHECKSUM_BYTES))
  if (body.byteLength === 0 || !equals(checksum(body), bytes.subarray(body.byteLength))) throw bad('this pairing code is damaged', 'copy it again, whole')
  const code = decodeBounded(PairingCode, body, MAX_CODE_CHARACTERS, { addresses: MAX_CODE_ADDRESSES })
  if (code !== undefined && code.version > PAIRING_VERSION) throw bad('a newer version of Sotto made this pairing code', 'update Sotto here')
  const addresses = code?.addresses.flatMap(address => addressOf(address) ?? []) ?? []
  if (code?.version !== PAIRING_VERSION || code.identity.byteLength !== 32 || code.secret.byteLength !== SECRET_BYTES || addresses.length === 0) throw bad('this pairing code names no device', 'make another: sotto device link')
  return { identity: code.identity, secret: code.secret, addresses }
}
