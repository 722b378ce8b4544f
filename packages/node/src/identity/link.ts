/** What people hand each other to be found: `sotto:…`, bare or as the fragment of a page. Spec: protocols/identity IDN-4, IDN-5, IDN-6, IDN-12. */
import { multiaddr } from '@multiformats/multiaddr'
import { sha256 } from '@noble/hashes/sha2.js'
import { base64urlnopad } from '@scure/base'
import { decodeBounded, labelled } from '@sotto/protocols/common'
import { LINK_CHECKSUM_BYTES, LINK_SCHEME, LINK_VERSION, LinkBody, MAX_INVITE_BYTES, MAX_LINK_ADDRESSES, MAX_LINK_CHARACTERS } from '@sotto/protocols/identity'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { UsageError } from '../errors.ts'
import { isId } from './identity-id.ts'

/** Longest text that is searched for a link, characters: mail programs wrap, indent and quote. */
const MAX_TEXT = 8192
/** Longest address of a page that links go through, characters: it stands in front of each. */
const MAX_WEB_HOST = 256

export interface Link {
  /** 32 bytes */
  identity: Uint8Array
  /** multiaddrs in text, each ending in /p2p/…; at most 8 */
  addresses: string[]
  /** encoded InviteToken */
  invite: Uint8Array | undefined
}

function checksum (body: Uint8Array): Uint8Array {
  return sha256(labelled('identity/link', body)).subarray(0, LINK_CHECKSUM_BYTES)
}

/** The text of an address that may stand in a link: a multiaddr that ends in /p2p/… and can be shown; else undefined. */
function readAddress (address: string | Uint8Array): { text: string, bytes: Uint8Array } | undefined {
  try {
    const parsed = multiaddr(address)
    const text = parsed.toString()
    const last = parsed.getComponents().at(-1)
    // a terminal obeys control characters: a name in an address must hold none
    if (last?.name !== 'p2p' || last.value === undefined || !/^[\x21-\x7e]+$/.test(text)) return undefined
    return { text, bytes: new Uint8Array(parsed.bytes) }
  } catch {
    return undefined // not a multiaddr
  }
}

/**
 * The link's text. At most 8 addresses go in: give the best ones first, the rest is left out.
 *
 * @throws UsageError BAD_ARGUMENT for an address that is none, or too long a link
 */
export function formatLink ({ identity, addresses, invite }: Link): string {
  if (identity.byteLength !== 32) throw new UsageError('BAD_ARGUMENT', 'an identity key has 32 bytes')
  const binary = addresses.slice(0, MAX_LINK_ADDRESSES).map(address => {
    const read = readAddress(address)
    if (read === undefined) throw new UsageError('BAD_ARGUMENT', 'an address for the link is not a multiaddr that ends in /p2p/…')
    return read.bytes
  })
  const body = LinkBody.encode({ version: LINK_VERSION, identity, addresses: binary, invite: invite ?? new Uint8Array() })
  const text = LINK_SCHEME + base64urlnopad.encode(concat([body, checksum(body)]))
  if (text.length > MAX_LINK_CHARACTERS) throw new UsageError('BAD_ARGUMENT', 'the addresses are too long for a link', { hint: 'give fewer addresses' })
  return text
}

function isThisMachine ({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === '[::1]'
}

/** Whether a page there is what its host sent: somebody on the way could put another one in the place of a page over http (IDN-12). */
function isSafePlace (url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url))
}

/**
 * The address of a page as it stands in front of `#`, with a slash at its end.
 *
 * @throws UsageError BAD_ARGUMENT
 */
export function checkWebHost (text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !isSafePlace(url) || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '' || url.href.length > MAX_WEB_HOST) {
    throw new UsageError('BAD_ARGUMENT', 'this is no address of a page that links can go through', { hint: 'it looks like https://chat.example/; http is for this machine alone' })
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}

/** The same link as an address to open: `link` is the fragment, which the host is not sent. `host`: as `checkWebHost` gives it. */
export function formatWebLink (host: string, link: string): string {
  return `${host}#${link.slice(LINK_SCHEME.length)}`
}

/** What to say of a text that is not a link at all. */
function notALink (text: string): UsageError {
  if (isId(text.toLowerCase())) {
    return new UsageError('BAD_LINK', 'this is an identity id, not a link', { hint: 'ask for the link (`sotto id` prints it): it also says where to find them' })
  }
  if (/^12D3KooW/.test(text) || text.startsWith('/')) {
    return new UsageError('BAD_LINK', 'this is the address of a device, not a link', { hint: 'ask for the link (`sotto id` prints it): it begins with sotto:' })
  }
  return new UsageError('BAD_LINK', 'this is not a link', { hint: 'a link begins with sotto: (`sotto id` prints yours)' })
}

function damagedLink (cause?: unknown): UsageError {
  return new UsageError('BAD_LINK', 'this link is damaged: a character is wrong, or a part of it is missing', { cause, hint: 'copy it again, whole, from sotto: to its end' })
}

/** The base64url part, with what mail programs and people put around it taken away. */
function payloadOf (text: string): string {
  if (text.length > MAX_TEXT) throw new UsageError('BAD_LINK', 'this is too long for a link', { hint: `a link has at most ${MAX_LINK_CHARACTERS} characters` })
  // spaces, line breaks, zero-width characters; quotation marks of a forwarded mail
  const bare = text.replace(/\r?\n[ \t]*>/g, '\n').replace(/[\s\u200b-\u200d\u2060\ufeff]+/g, '').replace(/^[<"'(]+|[>"').,;]+$/g, '')
  const [, scheme, payload] = /^(sotto:(?:\/\/)?|https?:\/\/[^#]*#(?:sotto:)?)(.*)$/i.exec(bare) ?? []
  if (scheme === undefined || payload === undefined) throw notALink(bare)
  if (/^http:/i.test(scheme) && !(URL.canParse(scheme) && isThisMachine(new URL(scheme)))) {
    throw new UsageError('BAD_LINK', 'this link comes with the address of a page that anybody on the way can change', { hint: 'ask for the link with https, or for the bare one: it begins with sotto:' })
  }
  if (isId(payload.toLowerCase())) throw notALink(payload)
  if (LINK_SCHEME.length + payload.length > MAX_LINK_CHARACTERS) throw new UsageError('BAD_LINK', `this link is longer than ${MAX_LINK_CHARACTERS} characters`, { hint: 'copy it again, alone' })
  return payload
}

/**
 * Reads `sotto:…`, or `https://host/#…`, also over line breaks. Length limit, decode, checksum, validate, in that order.
 *
 * @throws UsageError BAD_LINK, with a hint that says what the text is instead
 */
export function parseLink (text: string): Link {
  const payload = payloadOf(text)
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(base64urlnopad.decode(payload))
  } catch (cause) {
    throw damagedLink(cause)
  }
  const body = bytes.subarray(0, Math.max(0, bytes.byteLength - LINK_CHECKSUM_BYTES))
  // IDN-4: the checksum first, so that a typing error is never taken for anything else
  if (body.byteLength === 0 || !equals(checksum(body), bytes.subarray(body.byteLength))) throw damagedLink()
  const link = decodeBounded(LinkBody, body, MAX_LINK_CHARACTERS, { addresses: MAX_LINK_ADDRESSES })
  if (link !== undefined && link.version > LINK_VERSION) {
    throw new UsageError('BAD_LINK', 'a newer version of Sotto made this link', { hint: 'update Sotto, and add the contact again' })
  }
  const addresses = link?.addresses.map(readAddress)
  if (link?.version !== LINK_VERSION || link.identity.byteLength !== 32 || link.invite.byteLength > MAX_INVITE_BYTES || addresses === undefined) throw invalidLink()
  return {
    identity: link.identity,
    addresses: addresses.map(address => {
      if (address === undefined) throw invalidLink()
      return address.text
    }),
    invite: link.invite.byteLength === 0 ? undefined : link.invite
  }
}

function invalidLink (): UsageError {
  return new UsageError('BAD_LINK', 'this link is whole, but does not say what a link must say', { hint: 'whatever made it is not Sotto: ask for the link anew' })
}
