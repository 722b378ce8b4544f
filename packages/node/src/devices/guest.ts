/** The new device's side of pairing: comes with a code, and leaves with a certificate. Spec: protocols/pairing. */
import { NewDevice, PAIRING_PROTOCOL, decodeGranted } from '@sotto/protocols/pairing'
import { labelled } from '@sotto/protocols/common'
import { cleanText } from '@sotto/protocols/introduction'
import { equals } from 'uint8arrays/equals'
import { DIAL_TIMEOUT_MS } from '../config.ts'
import type { NodeError } from '../errors.ts'
import { IntegrityError, PeerError, UnreachableError, UsageError } from '../errors.ts'
import { ROLE_LINKED, ROLE_PRIMARY, verifyCertificate } from '../identity/certificate.ts'
import { publicKeyOf, randomSeed, sign } from '../identity/ed25519.ts'
import { decodeAddresses } from '../delivery/index.ts'
import { formatPeerId } from '../network/peer-id.ts'
import { openWith, sealWith } from '../store/seal.ts'
import { pairingId, pairingKeys, sameSecret } from './handshake.ts'
import { Steps } from './steps.ts'
import type { Code } from './code.ts'
import type { Clock } from '../components.ts'
import type { Certificate } from '../identity/certificate.ts'
import type { OwnRecord } from '../identity/own.ts'
import type { Network, PeerPlace } from '../network/index.ts'

/** A device that was certified, not yet on disk. */
export interface Joined {
  own: OwnRecord
  primary: { verified: Certificate, certificate: Uint8Array, linkKey: Uint8Array, addresses: string[], since: number, lastSeen: number }
}

export interface GuestComponents { clock: Clock, network: Network }

const REFUSALS: Readonly<Record<string, string>> = {
  UNKNOWN: 'this pairing code is not valid any more',
  USED: 'another device came with this pairing code',
  BROKEN: 'the other device did not understand this one'
}

function placeOf ({ addresses }: Code): PeerPlace {
  const peerId = addresses[0]?.split('/p2p/').at(-1) ?? ''
  return { peerId, addresses: addresses.filter(address => address.endsWith(`/p2p/${peerId}`)) }
}

/**
 * The keys of this device are drawn here and never leave it; `peerSeed` is that of `network`. `keep` makes the result durable; the other side
 * is told after it. @throws UnreachableError; UsageError PAIRING_REFUSED; IntegrityError, PeerError for who is not who the code says
 */
export async function join ({ clock, network }: GuestComponents, code: Code, peerSeed: Uint8Array, keep: (joined: Joined) => Promise<void>, signal?: AbortSignal): Promise<Joined> {
  const late = AbortSignal.timeout(2 * DIAL_TIMEOUT_MS)
  const stream = await network.open(placeOf(code), PAIRING_PROTOCOL, { signal: signal === undefined ? late : AbortSignal.any([signal, late]) }).catch((cause: unknown) => {
    throw new UnreachableError('UNREACHABLE', 'the other device cannot be reached', { cause, hint: 'Is Sotto running there? Both devices must be in one network, or the other one reachable from here.' })
  })
  const abort = (): void => { stream.abort(new UsageError('ABORTED', 'the pairing was given up')) }
  signal?.addEventListener('abort', abort)
  try {
    const steps = new Steps(stream, clock)
    const guestNonce = crypto.getRandomValues(new Uint8Array(32))
    // PAIR-15: who awaits nobody refuses before it hears this
    await steps.say({ hello: { id: pairingId(code.secret), nonce: guestNonce } }).catch(() => {})
    const { challenge, refused } = await steps.hear()
    if (challenge === undefined) throw refusal(refused?.code)
    const keys = pairingKeys(code.secret, { guest: network.peerId, host: stream.peerId, guestNonce, hostNonce: challenge.nonce })
    // PAIR-3: before anything is said that only our own devices may know
    if (!sameSecret(challenge.proof, keys.hostProof)) throw new IntegrityError('BAD_SIGNATURE', 'who answered does not know the pairing code')
    const leafSeed = randomSeed()
    const leafKey = publicKeyOf(leafSeed)
    const asked = NewDevice.encode({ leafKey, signature: await sign(leafSeed, labelled('pairing/leaf', keys.transcript)) })
    await steps.say({ ask: { proof: keys.guestProof, sealed: sealWith(keys.askKey, keys.transcript, asked) } })
    const { grant, refused: late } = await steps.hear()
    if (grant === undefined) throw refusal(late?.code)
    const granted = decodeGranted(openWith(keys.grantKey, keys.transcript, grant.sealed) ?? new Uint8Array(0))
    if (granted === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'what the other device grants cannot be read')
    const [certificate, primary] = await Promise.all([verifyCertificate(granted.certificate), verifyCertificate(granted.primary)])
    // PAIR-6: for exactly our keys, by the identity of the code, from a primary device of it
    const isOurs = certificate !== undefined && equals(certificate.credential.leafKey, leafKey) && equals(certificate.peerKey, publicKeyOf(peerSeed)) && certificate.credential.role === ROLE_LINKED
    const isTheirs = primary !== undefined && primary.credential.role === ROLE_PRIMARY && formatPeerId(primary.peerKey) === stream.peerId
    if (!isOurs || !isTheirs || ![certificate, primary].every(({ credential }) => equals(credential.identity, code.identity))) throw new IntegrityError('BAD_SIGNATURE', 'the certificate is not for this device')
    const now = clock.now()
    const joined: Joined = {
      own: {
        version: 1,
        identity: code.identity,
        device: certificate.credential.device,
        leafSeed,
        peerSeed,
        credential: certificate.credential.bytes,
        certificate: certificate.bytes,
        identitySeed: undefined,
        recoveryHash: granted.recoveryHash,
        name: cleanText(granted.name).slice(0, 64),
        created: now,
        restored: false
      },
      primary: { verified: primary, certificate: primary.bytes, linkKey: keys.linkKey, addresses: decodeAddresses(granted.addresses)?.addresses ?? code.addresses, since: now, lastSeen: now }
    }
    await keep(joined)
    await steps.say({ done: {} }).catch(() => {}) // it is on disk here: the other side sees it when we come
    await stream.close().catch(() => {})
    return joined
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
    if (signal?.aborted === true) throw new UsageError('ABORTED', 'the pairing was given up', { cause: error })
    throw error
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

function refusal (code = ''): NodeError {
  return new UsageError('PAIRING_REFUSED', REFUSALS[code] ?? 'the other device refused', { hint: 'make another code there: sotto device link' })
}
