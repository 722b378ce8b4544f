/** The devices of one identity: who they are, how another one comes in, how one is put out, and what keeps them in step. Spec: protocols/pairing. */
import { MAX_ADDRESSES } from '@sotto/protocols/pairing'
import { encodeAddresses, decodeAddresses } from '../delivery/index.ts'
import { LAST_SEEN_STEP_MS } from '../config.ts'
import { UsageError } from '../errors.ts'
import { ROLE_PRIMARY, issueCertificate, issueRevocation, verifyCertificate, verifyRevocation } from '../identity/certificate.ts'
import { formatDeviceId } from '../identity/device-id.ts'
import { formatPeerId } from '../network/peer-id.ts'
import { damaged } from '../store/database.ts'
import { RENEW_BEFORE_MS } from '../identity/own.ts'
import { equals } from 'uint8arrays/equals'
import { toString } from 'uint8arrays/to-string'
import { Bridge } from './bridge.ts'
import { keeperOf } from './keepers.ts'
import { PairingHost } from './host.ts'
import { DeviceLines } from './lines.ts'
import type { DevicesComponents, Devices } from './index.ts'
import type { FactBook } from './facts.ts'
import type { DeviceLine, LineHandler } from './line.ts'
import type { DeviceShelf, KnownDevice } from './shelf.ts'
import type { CallOptions, DeviceView, PairingView } from '../api.ts'
import type { ChannelChange, ChannelState } from '../delivery/index.ts'
import type { Revocation } from '../identity/certificate.ts'
import type { KeeperView } from '../mailbox/index.ts'
import type { NetworkEvents } from '../network/index.ts'
import type { DeviceFrame } from '@sotto/protocols/pairing'

const EMPTY = new Uint8Array(0)
const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')
/** What changes together is told together, ms. */
const TELL_MS = 100

/**
 * Invariants: nothing is told to a device that was revoked, from the moment that this is durable; what another device says counts
 * only as far as the identity signed it, or as it is the person's own note (PAIR-9).
 */
export class Household implements Devices, LineHandler {
  readonly #c: DevicesComponents
  readonly #shelf: DeviceShelf
  readonly #facts: FactBook
  readonly #lines: DeviceLines
  readonly #bridge: Bridge
  readonly #host: PairingHost
  readonly #revoked = new Map<string, Revocation>()
  /** device → the serial of the last change that it was told */
  readonly #told = new Map<string, number>()
  readonly #watching = new Set<() => void>()
  readonly #id: string
  #cancelTell: (() => void) | undefined
  #telling: Promise<void> = Promise.resolve()
  #stopped = false
  #started = 0

  constructor (components: DevicesComponents, shelf: DeviceShelf, facts: FactBook) {
    this.#c = components
    this.#shelf = shelf
    this.#facts = facts
    this.#id = hex(components.own.device)
    this.#bridge = new Bridge({
      ...components,
      progress: left => {
        components.progress(left)
        this.#look()
      }
    })
    this.#lines = new DeviceLines({ ...components, own: components.own.device, shelf }, {
      asked: async (line, frame) => this.asked(line, frame),
      told: async (line, frame) => this.told(line, frame),
      revocation: device => this.#revoked.get(device)?.bytes,
      up: line => { this.#up(line).catch((error: unknown) => components.logger('another device is gone again', error)) },
      down: line => this.#down(line),
      revoked: bytes => { this.#learn(bytes).catch((error: unknown) => components.logger.error('a revocation could not be kept', error)) }
    })
    this.#host = new PairingHost({ ...components, shelf, paired: () => this.#changed() })
  }

  async start (): Promise<void> {
    this.#started = this.#c.clock.now()
    for (const revocation of await this.#c.revocations.list(this.#c.own.identity)) this.#revoked.set(hex(revocation.device), revocation)
    await this.#host.start()
    await this.#lines.start()
    this.#c.network.addEventListener('addresses:change', this.#onNetwork)
    this.#c.network.addEventListener('network:change', this.#onNetwork)
    this.#c.network.addEventListener('peer:connect', this.#onNetwork)
    if (!this.revoked) await this.#c.mail?.start()
    await this.#c.delivery.ready()
    for (const channel of this.#c.delivery.loaded()) this.#expel(channel.state)
  }

  async fetched (): Promise<void> { await this.#c.mail?.fetched() }

  async stop (): Promise<void> {
    this.#stopped = true
    this.#cancelTell?.()
    this.#c.network.removeEventListener('addresses:change', this.#onNetwork)
    this.#c.network.removeEventListener('network:change', this.#onNetwork)
    this.#c.network.removeEventListener('peer:connect', this.#onNetwork)
    this.#host.stop()
    this.#lines.stop()
    this.#look()
    await this.#telling
    await this.#c.mail?.stop()
  }

  get revoked (): boolean { return this.#revoked.has(this.#id) }

  primary (): { peerId: string, addresses: string[] } | undefined {
    return this.#shelf.list().find(device => device.verified.credential.role === ROLE_PRIMARY && !this.#revoked.has(device.id))
  }

  keepers (): KeeperView[] {
    if (this.revoked) return []
    const staying = this.#shelf.list().filter(({ id, stays }) => stays === true && !this.#revoked.has(id))
    const own = staying.map(device => keeperOf(device, { now: this.#c.clock.now(), started: this.#started, connected: this.#lines.get(device.id) !== undefined }))
    return [...own, ...this.#c.mail?.keepers().filter(({ peer }) => !own.some(device => device.peer === peer)) ?? []]
  }

  certificates (): Uint8Array[] {
    return this.#shelf.list().filter(({ id }) => !this.#revoked.has(id)).map(({ certificate }) => certificate)
  }

  async list (): Promise<DeviceView[]> {
    const { own } = this.#c
    const certificate = await verifyCertificate(own.certificate)
    if (certificate === undefined) throw damaged('the certificate of this device is damaged')
    const self: DeviceView = {
      device: formatDeviceId(own.device),
      role: certificate.credential.role === ROLE_PRIMARY ? 'primary' : 'linked',
      current: true,
      peerId: formatPeerId(certificate.peerKey),
      since: own.created,
      lastSeen: this.#c.clock.now(),
      connected: true,
      ...(this.#c.stays ? { stays: true } : {}),
      revoked: this.revoked
    }
    return [self, ...this.#shelf.list().map(device => this.#view(device)).sort((a, b) => a.since - b.since)]
  }

  #view (device: KnownDevice): DeviceView {
    const connected = this.#lines.get(device.id) !== undefined
    return {
      device: formatDeviceId(device.verified.credential.device),
      role: device.verified.credential.role === ROLE_PRIMARY ? 'primary' : 'linked',
      current: false,
      peerId: device.peerId,
      since: device.since,
      lastSeen: connected ? this.#c.clock.now() : device.lastSeen,
      connected,
      ...(device.stays === true ? { stays: true } : {}),
      revoked: this.#revoked.has(device.id)
    }
  }

  /** Ends with the first device that came and has everything; leaving it before one came takes the code back. */
  async * link (options: CallOptions & { minutes?: number } = {}): AsyncGenerator<PairingView> {
    const pairing = this.#host.invite(options.minutes === undefined ? undefined : options.minutes * 60_000)
    const end = (): void => pairing.end()
    options.signal?.addEventListener('abort', end, { once: true })
    try {
      if (options.signal?.aborted === true) end()
      yield { state: 'waiting', code: pairing.code, expires: pairing.expires }
      const device = await pairing.device
      yield { state: 'paired', device: this.#view(device) }
      for (let before = -1; ;) {
        if (options.signal?.aborted === true || this.#stopped) return
        const line = this.#lines.get(device.id)
        const left = line === undefined ? before : this.#bridge.lacking(line)
        if (line !== undefined && left === 0 && this.#isInStep(line)) break
        if (left !== before && left > 0) yield { state: 'history', device: this.#view(device), left }
        if (left !== before) {
          before = left
          continue
        }
        await this.#moved(options.signal)
      }
      yield { state: 'done', device: this.#view(device) }
    } finally {
      options.signal?.removeEventListener('abort', end)
      pairing.end()
    }
  }

  #isInStep (line: DeviceLine): boolean {
    return this.#bridge.isIdle(line) && (this.#told.get(line.device) ?? -1) >= this.#facts.serial
  }

  /** Resolves when anything moved between devices, or on abort. */
  async #moved (signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>(resolve => {
      const done = (): void => {
        this.#watching.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      this.#watching.add(done)
      signal?.addEventListener('abort', done)
    })
  }

  #look (): void { for (const look of [...this.#watching]) look() }

  /** PAIR-12. @throws UsageError NOT_PRIMARY, UNKNOWN_DEVICE, BAD_ARGUMENT */
  async revoke (who: string): Promise<DeviceView> {
    const { clock, own, revocations } = this.#c
    const wanted = who.trim().toLowerCase()
    if (own.identitySeed === undefined) throw new UsageError('NOT_PRIMARY', 'this device cannot revoke others', { hint: 'do it on a primary device: sotto device list' })
    const found = wanted.length < 4 ? [] : this.#shelf.list().filter(({ id }) => id.startsWith(wanted))
    const device = found[0]
    if (device === undefined || found.length > 1) {
      if (wanted.length >= 4 && this.#id.startsWith(wanted)) throw new UsageError('BAD_ARGUMENT', 'a device does not revoke itself', { hint: 'revoke it from another primary device, or move to a new identity with the recovery phrase: sotto restore --help' })
      throw new UsageError('UNKNOWN_DEVICE', found.length > 1 ? `${found.length} devices begin with "${who}"` : `no device of yours begins with "${who}"`, { hint: 'see which there are: sotto device list' })
    }
    const bytes = await issueRevocation(own.identitySeed, device.verified.credential.device, clock.now())
    await revocations.add(bytes, own.identity)
    const revocation = await verifyRevocation(bytes, own.identity)
    if (revocation !== undefined && !this.#revoked.has(device.id)) this.#revoked.set(device.id, revocation)
    this.#lines.forget(device.id)
    const { linkKey, ...rest } = device
    await this.#shelf.keep({ ...rest, addresses: [], lastSeen: device.lastSeen })
    await this.#c.delivery.ready()
    await Promise.all(this.#c.delivery.loaded().map(async channel => channel.expel(this.#revocations())))
    this.#c.moveMail()
    this.#changed()
    return this.#view(this.#shelf.get(device.id) ?? device)
  }

  #revocations (): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.#revoked].map(([device, { bytes }]) => [device, bytes]))
  }

  /** Whoever was revoked leaves; also where a crash came in between, or somebody took it in again. */
  #expel (state: ChannelState): void {
    if (this.#c.own.identitySeed === undefined || this.#revoked.size === 0) return
    const channel = this.#c.delivery.current(state.record.conversation)
    channel?.expel(this.#revocations()).catch((error: unknown) => this.#c.logger.error('a revoked device could not be put out', error))
  }

  heard (state: ChannelState, changes: readonly ChannelChange[]): void {
    this.#look()
    if (equals(state.record.peer, this.#c.own.identity)) {
      if (changes.some(({ change }) => change === 'added')) this.#bridge.changed(state, true)
    } else if (changes.some(({ change }) => change === 'session')) {
      this.#sessionChanged(state)
    } else if (changes.some(({ change }) => change === 'profile' || change === 'announcement')) {
      this.factsChanged()
    }
  }

  #sessionChanged (state: ChannelState): void {
    this.#expel(state)
    this.#bridge.changed(state, false)
    // the primary device put us out: it has the revocation
    if (state.session?.removed === true && !this.revoked) this.#lines.hurry()
    this.factsChanged()
  }

  /** Something that our devices know in common may have changed here. */
  factsChanged (): void {
    if (this.#stopped) return
    this.#cancelTell ??= this.#c.clock.after(TELL_MS, () => {
      this.#cancelTell = undefined
      this.#telling = this.#telling.then(async () => {
        if (this.#stopped || this.#shelf.list().length === 0) return
        await this.#facts.refresh()
        for (const line of this.#lines.list()) await this.#tellFacts(line)
      }).catch((error: unknown) => this.#c.logger('what changed was not told to another device', error))
    })
  }

  async #tellFacts (line: DeviceLine): Promise<void> {
    for await (const { facts, upTo } of this.#facts.since(this.#told.get(line.device) ?? 0)) {
      await line.ask({ facts: { facts } })
      this.#told.set(line.device, Math.max(this.#told.get(line.device) ?? 0, upTo))
    }
    this.#look()
  }

  /** Our own devices changed: the others hear of it, and the directory. */
  #changed (): void {
    this.factsChanged()
    this.#c.changed()
    this.#look()
  }

  // --- lines ---

  readonly #onNetwork = (event: Event): void => {
    // of those who come and go only the device itself says that it is back, and the first one that we are
    if (event.type !== 'peer:connect' || this.#c.network.connections().length <= 1) this.#lines.hurry()
    else this.#lines.hurry((event as NetworkEvents['peer:connect']).detail.peerId)
    if (event.type === 'addresses:change') for (const line of this.#lines.list()) line.tell({ standing: { conversations: [], complete: false, addresses: this.#addresses(), certificate: EMPTY, stays: this.#c.stays } }).catch(() => {}) // told when it is back
  }

  #addresses (): Uint8Array[] {
    const { network } = this.#c
    return encodeAddresses({ peerId: network.peerId, addresses: network.addresses() }).slice(0, MAX_ADDRESSES)
  }

  async #up (line: DeviceLine): Promise<void> {
    this.#bridge.add(line)
    await this.#seen(line.device, true)
    await this.#bridge.up(line, { addresses: this.#addresses(), certificate: await this.#renewed(line.device), stays: this.#c.stays })
    this.#telling = this.#telling.then(async () => {
      await this.#facts.refresh()
      await this.#tellFacts(line)
    }).catch((error: unknown) => this.#c.logger('what is known was not told to another device', error))
    this.#look()
  }

  #down (line: DeviceLine): void {
    this.#bridge.down(line)
    this.#seen(line.device, false).catch((error: unknown) => this.#c.logger.error('a device could not be written', error))
    this.#look()
  }

  async #seen (device: string, force: boolean): Promise<void> {
    const known = this.#shelf.get(device)
    const now = this.#c.clock.now()
    if (known !== undefined && (force || now - known.lastSeen > LAST_SEEN_STEP_MS)) await this.#shelf.keep({ ...known, lastSeen: now })
  }

  /** DEV-4: a certificate that runs out is issued anew for a device that cannot do it. */
  async #renewed (device: string): Promise<Uint8Array> {
    const { clock, own } = this.#c
    const known = this.#shelf.get(device)
    if (own.identitySeed === undefined || known === undefined || known.verified.notAfter * 1000 - clock.now() > RENEW_BEFORE_MS) return EMPTY
    const certificate = await issueCertificate(own.identitySeed, known.verified.credential.bytes, known.verified.peerKey, known.verified.revision + 1, clock.now())
    await this.#shelf.keep({ ...known, certificate })
    this.#c.changed()
    return certificate
  }

  async told (line: DeviceLine, { standing }: DeviceFrame): Promise<void> {
    if (standing === undefined) return
    const known = this.#shelf.get(line.device)
    const place = decodeAddresses(standing.addresses)
    if (known !== undefined && place?.peerId === known.peerId) await this.#shelf.keep({ ...known, addresses: place.addresses, stays: standing.stays })
    if (standing.certificate.byteLength > 0) await this.#c.certified(standing.certificate)
    await this.#bridge.heard(line, standing.conversations, standing.complete)
    this.#look()
  }

  async asked (line: DeviceLine, frame: DeviceFrame): Promise<Partial<DeviceFrame>> {
    if (frame.facts !== undefined) {
      await this.#facts.take(frame.facts.facts)
      for (const revocation of await this.#c.revocations.list(this.#c.own.identity)) if (!this.#revoked.has(hex(revocation.device))) await this.#learn(revocation.bytes)
      this.factsChanged()
      return {}
    }
    if (frame.offer !== undefined) return this.#bridge.offer(frame.offer.peer)
    if (frame.enter !== undefined) return this.#bridge.enter(line, frame.enter)
    if (frame.pull !== undefined) {
      this.#bridge.pulled(line, frame.pull)
      this.#look()
      return this.#bridge.page(frame.pull)
    }
    return {}
  }

  /** A revocation that the identity signed: of this device, or of another. */
  async #learn (bytes: Uint8Array): Promise<void> {
    const { own, revocations } = this.#c
    const revocation = await verifyRevocation(bytes, own.identity)
    if (revocation === undefined) return
    const id = hex(revocation.device)
    await revocations.add(bytes, own.identity)
    if (this.#revoked.has(id)) return
    this.#revoked.set(id, revocation)
    if (id === this.#id) {
      this.#lines.stop()
      await this.#c.mail?.stop()
      this.#c.wasRevoked()
    } else {
      this.#lines.forget(id)
    }
  }
}
