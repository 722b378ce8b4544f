/** How a device comes in, and how the devices of a person keep in step: limits and validators. Spec: README.md */
import { decodeBounded } from '../common/index.ts'
import { MAX_HEADS } from '../sync/limits.ts'
import { DeviceFrame, Granted, NewDevice, Opening, PairingFrame } from './pairing.pb.ts'
import type { EntryHead } from './pairing.pb.ts'

export * from './pairing.pb.ts'

/** Wire ids. */
export const PAIRING_PROTOCOL = '/sotto/pairing/1.0.0'
export const DEVICES_PROTOCOL = '/sotto/devices/1.0.0'

export const PAIRING_VERSION = 1
/** What a code begins with; in a fragment without the scheme. */
export const PAIRING_PREFIX = 'pair:'
export const PAIRING_CHECKSUM_BYTES = 4
/** A code in a QR code that telephones read from a terminal. */
export const MAX_CODE_CHARACTERS = 1200
/** Addresses in a code: one to reach at home, one away, one for a browser, and one more. */
export const MAX_CODE_ADDRESSES = 4
export const SECRET_BYTES = 32
/** Largest frame of the pairing stream, bytes: certificates, a name, addresses. */
export const MAX_PAIRING_FRAME_BYTES = 16 * 1024
/** Largest frame between own devices, bytes: a page of history, or a Welcome with announcements. */
export const MAX_DEVICE_FRAME_BYTES = 224 * 1024
/** Bytes of runs in one page of history. */
export const MAX_PAGE_BYTES = 128 * 1024
/** Conversations in one frame. */
export const MAX_STANDING = 256
/** Facts in one frame, and their bytes. */
export const MAX_FACTS = 256
export const MAX_FACTS_BYTES = 128 * 1024
/** Characters of a fact's name. */
export const MAX_FACT_NAME = 96
/** Bytes of one fact: a request with its key packages and places. */
export const MAX_FACT_BYTES = 64 * 1024
/** Announcements that come with a Welcome: of every leaf. */
export const MAX_ENTER_ANNOUNCEMENTS = 64
export const MAX_ADDRESSES = 8

function areHeads (heads: readonly EntryHead[]): boolean {
  return heads.every(({ author, sequence }) => author.byteLength === 16 && Number.isSafeInteger(sequence) && sequence >= 0)
}

/** Length limit, decode, validate (PAIR-2): undefined for what is none. */
export function decodePairingFrame (bytes: Uint8Array): PairingFrame | undefined {
  const frame = decodeBounded(PairingFrame, bytes, MAX_PAIRING_FRAME_BYTES)
  if (frame === undefined) return undefined
  if (frame.hello !== undefined && (frame.hello.id.byteLength !== 16 || frame.hello.nonce.byteLength !== 32)) return undefined
  if (frame.challenge !== undefined && (frame.challenge.nonce.byteLength !== 32 || frame.challenge.proof.byteLength !== 32)) return undefined
  return frame.ask === undefined || frame.ask.proof.byteLength === 32 ? frame : undefined
}

export function decodeNewDevice (bytes: Uint8Array): NewDevice | undefined {
  const device = decodeBounded(NewDevice, bytes, MAX_PAIRING_FRAME_BYTES)
  return device?.leafKey.byteLength === 32 && device.signature.byteLength === 64 ? device : undefined
}

export function decodeGranted (bytes: Uint8Array): Granted | undefined {
  const granted = decodeBounded(Granted, bytes, MAX_PAIRING_FRAME_BYTES, { addresses: MAX_ADDRESSES })
  return granted?.recoveryHash.byteLength === 32 ? granted : undefined
}

export function decodeOpening (bytes: Uint8Array): Opening | undefined {
  const opening = decodeBounded(Opening, bytes, 2048)
  if (opening === undefined) return undefined
  return opening.revocation.byteLength > 0 || (opening.device.byteLength === 16 && opening.nonce.byteLength === 32) ? opening : undefined
}

/** Length limit, decode, validate (PAIR-8). */
export function decodeDeviceFrame (bytes: Uint8Array): DeviceFrame | undefined {
  const frame = decodeBounded(DeviceFrame, bytes, MAX_DEVICE_FRAME_BYTES, {
    standing: { conversations: MAX_STANDING, conversations$: { heads: MAX_HEADS }, addresses: MAX_ADDRESSES },
    facts: { facts: MAX_FACTS },
    enter: { announcements: MAX_ENTER_ANNOUNCEMENTS },
    pull: { heads: MAX_HEADS },
    page: { runs: 4096, reads: MAX_HEADS }
  })
  if (frame === undefined || !Number.isSafeInteger(frame.number)) return undefined
  const peers = [...frame.standing?.conversations ?? [], ...[frame.offer, frame.enter, frame.pull].filter(body => body !== undefined)]
  if (!peers.every(({ peer }) => peer.byteLength === 32)) return undefined
  if (frame.standing?.conversations.every(({ session, heads }) => (session.byteLength === 0 || session.byteLength === 16) && areHeads(heads)) === false) return undefined
  if (!areHeads(frame.pull?.heads ?? []) || !areHeads(frame.page?.reads ?? [])) return undefined
  const facts = frame.facts?.facts ?? []
  return facts.every(({ name, revision, value }) => name.length <= MAX_FACT_NAME && Number.isSafeInteger(revision) && revision >= 0 && value.byteLength <= MAX_FACT_BYTES) ? frame : undefined
}
