/**
 * The primary device's side of pairing: hands out codes, and certifies who comes with one. Spec: protocols/pairing.
 *
 * Invariants: a secret certifies one device, within its time, and lies in memory only; nothing is certified before the other
 * side proved that it has the secret; a stream that shows no code costs STRANGER_MS and no signature, and makes room for the next.
 */
import type { NewDevice } from '@sotto/protocols/pairing'
import { Granted, PAIRING_PROTOCOL, SECRET_BYTES, decodeNewDevice } from '@sotto/protocols/pairing'
import { toString } from 'uint8arrays/to-string'
import { labelled } from '@sotto/protocols/common'
import { MAX_PAIRINGS, MAX_PAIRING_MS, MAX_PAIRING_STREAMS, PAIRING_MS } from '../config.ts'
import { LimitError, NodeError, UsageError } from '../errors.ts'
import { ROLE_LINKED, issueCertificate, issueCredential } from '../identity/certificate.ts'
import { verify } from '../identity/ed25519.ts'
import { parsePeerId } from '../network/peer-id.ts'
import { encodeAddresses } from '../delivery/index.ts'
import { openWith, sealWith } from '../store/seal.ts'
import { codeAddresses, formatCode } from './code.ts'
import { pairingId, pairingKeys, sameSecret } from './handshake.ts'
import { Steps } from './steps.ts'
import { WaitingRoom } from './waiting-room.ts'
import type { DeviceShelf, KnownDevice } from './shelf.ts'
import type { Clock, Logger } from '../components.ts'
import type { OwnRecord } from '../identity/own.ts'
import type { FrameStream, Network } from '../network/index.ts'

export interface PairingHostComponents {
  clock: Clock
  logger: Logger
  network: Network
  own: OwnRecord
  shelf: DeviceShelf
  /** A device was certified, and that is durable. */
  paired: (device: KnownDevice) => void
}

export interface Pairing {
  code: string
  /** Unix milliseconds */
  expires: number
  /** resolves when a device came with it; rejects when it was taken back or its time is over */
  device: Promise<KnownDevice>
  /** Nobody can come with it any more. */
  end (): void
}

interface Open {
  id: string
  secret: Uint8Array
  expires: number
  used: boolean
  came: PromiseWithResolvers<KnownDevice>
  cancel: () => void
}

type Refusal = 'UNKNOWN' | 'USED' | 'BROKEN'

export class PairingHost {
  readonly #c: PairingHostComponents
  readonly #open = new Map<string, Open>()
  readonly #strangers: WaitingRoom

  constructor (components: PairingHostComponents) {
    this.#c = components
    this.#strangers = new WaitingRoom(components.clock, MAX_PAIRING_STREAMS)
  }

  async start (): Promise<void> {
    // one stream of a peer: who tries again waits for the end of its last try. Above the strangers' places (PAIR-15) there is
    // room for who showed a code, for streams that just end, and for one that comes before the oldest went
    if (this.#c.own.identitySeed !== undefined) await this.#c.network.handle(PAIRING_PROTOCOL, async stream => this.#serve(stream), { maxStreams: 4 * MAX_PAIRING_STREAMS, maxStreamsPerPeer: 1 })
  }

  stop (): void {
    for (const open of [...this.#open.values()]) this.#end(open, new NodeError('NETWORK_STOPPED', 'the node stops'))
  }

  /** @throws UsageError NOT_PRIMARY; LimitError LIMIT_EXCEEDED */
  invite (ms = PAIRING_MS): Pairing {
    const { clock, network, own } = this.#c
    if (own.identitySeed === undefined) throw new UsageError('NOT_PRIMARY', 'this device cannot make others devices of yours', { hint: 'do it on a primary device: sotto device list' })
    if (this.#open.size >= MAX_PAIRINGS) throw new LimitError('LIMIT_EXCEEDED', `${MAX_PAIRINGS} pairing codes are open already`, { hint: 'use one of them, or wait until their time is over' })
    const secret = crypto.getRandomValues(new Uint8Array(SECRET_BYTES))
    const lifetime = Math.min(ms, MAX_PAIRING_MS)
    const open: Open = { id: toString(pairingId(secret), 'hex'), secret, expires: clock.now() + lifetime, used: false, came: Promise.withResolvers(), cancel: () => {} }
    open.came.promise.catch(() => {}) // who waits for it hears of it
    open.cancel = clock.after(lifetime, () => { this.#end(open, new UsageError('PAIRING_REFUSED', 'the time of this pairing code is over', { hint: 'make another: sotto device link' })) })
    this.#open.set(open.id, open)
    return {
      code: formatCode({ identity: own.identity, secret, addresses: codeAddresses(network.addresses()) }),
      expires: open.expires,
      device: open.came.promise,
      end: () => { if (!open.used) this.#end(open, new UsageError('ABORTED', 'the pairing code was taken back')) }
    }
  }

  #end (open: Open, error: NodeError): void {
    open.cancel()
    open.secret.fill(0)
    this.#open.delete(open.id)
    open.came.reject(error)
  }

  async #serve (stream: FrameStream): Promise<void> {
    const steps = new Steps(stream, this.#c.clock)
    const leave = this.#strangers.enter(stream)
    try {
      // PAIR-15: where nobody is awaited, nobody is listened to
      const refusal = this.#open.size === 0 ? 'UNKNOWN' : await this.#pair(stream, steps, leave)
      if (refusal !== undefined) await steps.say({ refused: { code: refusal } })
    } catch (error) {
      this.#c.logger('a pairing ended: %s', error instanceof NodeError ? error.code : 'unknown')
    }
    await stream.close().catch(() => {}) // it is gone already
  }

  async #pair (stream: FrameStream, steps: Steps, leave: () => void): Promise<Refusal | undefined> {
    const { clock, network } = this.#c
    const { hello } = await steps.hear()
    if (hello === undefined) return 'BROKEN'
    const open = this.#open.get(toString(hello.id, 'hex'))
    // PAIR-4: unknown, over and used look alike to who never had the secret
    if (open === undefined || open.expires <= clock.now()) return 'UNKNOWN'
    if (open.used) return 'USED'
    leave() // only who saw the code knows its id
    const hostNonce = crypto.getRandomValues(new Uint8Array(32))
    const keys = pairingKeys(open.secret, { guest: stream.peerId, host: network.peerId, guestNonce: hello.nonce, hostNonce })
    await steps.say({ challenge: { nonce: hostNonce, proof: keys.hostProof } })
    const { ask } = await steps.hear()
    if (ask === undefined || !sameSecret(ask.proof, keys.guestProof)) return 'BROKEN'
    const asked = decodeNewDevice(openWith(keys.askKey, keys.transcript, ask.sealed) ?? new Uint8Array(0))
    // PAIR-5: it has the leaf key that is certified
    if (asked === undefined || !await verify(asked.leafKey, labelled('pairing/leaf', keys.transcript), asked.signature)) return 'BROKEN'
    if (open.used) return 'USED' // another was faster
    open.used = true
    open.cancel()
    this.#open.delete(open.id)
    try {
      const device = await this.#certify(stream.peerId, asked, keys.linkKey)
      await steps.say({ grant: { sealed: sealWith(keys.grantKey, keys.transcript, await this.#granted(device)) } })
      open.came.resolve(device)
      this.#c.paired(device)
      await steps.hear()
      return undefined
    } catch (error) {
      open.came.reject(error instanceof NodeError ? error : new NodeError('INTERNAL', 'the device could not be certified', { cause: error }))
      throw error
    } finally {
      open.secret.fill(0)
    }
  }

  /** Durable when it resolves. */
  async #certify (peerId: string, { leafKey }: NewDevice, linkKey: Uint8Array): Promise<KnownDevice> {
    const { clock, own, shelf } = this.#c
    const peerKey = parsePeerId(peerId)
    if (own.identitySeed === undefined || peerKey === undefined) throw new UsageError('NOT_PRIMARY', 'this device cannot certify others')
    const credential = await issueCredential(own.identitySeed, leafKey, ROLE_LINKED)
    const certificate = await issueCertificate(own.identitySeed, credential, peerKey, 1, clock.now())
    const known = await shelf.keep({ certificate, linkKey, addresses: [], since: clock.now(), lastSeen: 0 })
    if (known === undefined) throw new NodeError('INTERNAL', 'a certificate of our own does not hold')
    return known
  }

  async #granted (device: KnownDevice): Promise<Uint8Array> {
    const { network, own } = this.#c
    return Granted.encode({
      credential: device.verified.credential.bytes,
      certificate: device.certificate,
      primary: own.certificate,
      recoveryHash: own.recoveryHash,
      name: own.name,
      addresses: encodeAddresses({ peerId: network.peerId, addresses: network.addresses() })
    })
  }
}
