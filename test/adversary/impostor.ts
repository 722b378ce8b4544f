/**
 * A contact whose device is in hostile hands: it has the keys and the session of a profile that was friends with somebody, and
 * seals whatever it likes.
 */
import type { Body } from '@sotto/protocols/envelope'
import { DIRECT_WINDOW, ENVELOPE_PROTOCOL, Frame, Kind } from '@sotto/protocols/envelope'
import { Entry, entryHash, KIND_TEXT, Run, runBytes, Text } from '@sotto/protocols/message'
import { Announcement, decodePayload, Payload } from '@sotto/protocols/session'
import { loadChannelRecord } from '../../packages/node/src/delivery/channel-record.ts'
import { unwrap, wrap } from '../../packages/node/src/delivery/envelope.ts'
import { encodeAddresses } from '../../packages/node/src/delivery/index.ts'
import { routesOf } from '../../packages/node/src/delivery/routes.ts'
import { SessionShelf } from '../../packages/node/src/delivery/session-shelf.ts'
import { sign } from '../../packages/node/src/identity/ed25519.ts'
import { loadOwn } from '../../packages/node/src/identity/own.ts'
import { parseId } from '../../packages/node/src/identity/identity-id.ts'
import { createNetwork } from '../../packages/node/src/network/index.ts'
import { decodeSession } from '../../packages/node/src/session/index.ts'
import { ConversationLog } from '../../packages/node/src/sync/index.ts'
import { equals } from 'uint8arrays/equals'
import { openProfile } from '../../packages/node/src/store/profile.ts'
import { directConversation } from '@sotto/protocols/message'
import { realClock } from '../support/clock.ts'
import { testLogger } from '../support/testnet.ts'
import type { Resident } from './people.ts'
import type { ChannelRecord } from '../../packages/node/src/delivery/channel-record.ts'
import type { DeviceRoute } from '../../packages/node/src/delivery/routes.ts'
import type { OwnRecord } from '../../packages/node/src/identity/own.ts'
import type { FrameStream, Network, PeerPlace } from '../../packages/node/src/network/index.ts'
import type { Session } from '../../packages/node/src/session/index.ts'
import type { OpenedProfile } from '../../packages/node/src/store/profile.ts'
import type { Parent } from '@sotto/protocols/message'

const EMPTY = new Uint8Array(0)

/** An author's pen: the impostor's own device, or any that its identity vouches for. */
export interface Pen { device: Uint8Array, leafSeed: Uint8Array, credential: Uint8Array }

export interface Scribble { sequence: number, depth?: number, time?: number, kind?: number, body?: Uint8Array, text?: string, parents?: Parent[] }

export class Impostor {
  readonly own: OwnRecord
  readonly record: ChannelRecord
  readonly network: Network
  readonly #profile: OpenedProfile
  readonly #session: Session
  readonly #route: DeviceRoute
  readonly #stream: FrameStream
  #number = 0
  #sealings = 1_000_000
  #credited = 0
  #wake = (): void => {}
  #reading: Promise<void> | undefined
  /** what came: envelopes and their bytes, and what was in those that opened */
  envelopes = 0
  bytes = 0
  readonly payloads: Payload[] = []

  private constructor (own: OwnRecord, record: ChannelRecord, network: Network, profile: OpenedProfile, session: Session, route: DeviceRoute, stream: FrameStream) {
    this.own = own
    this.record = record
    this.network = network
    this.#profile = profile
    this.#session = session
    this.#route = route
    this.#stream = stream
  }

  /** Takes over the profile of a person who is not running, and turns to `victim`. */
  static async of (person: Resident, victim: Resident): Promise<Impostor> {
    const profile = await openProfile({ profile: person.profile })
    const own = await loadOwn(profile.store)
    const conversation = directConversation(own.identity, parseId(victim.id))
    const record = (await loadChannelRecord(profile.store, conversation))!
    const { stored } = await SessionShelf.load(profile.store, conversation)
    const session = await decodeSession(stored!, { own, identities: [own.identity, record.peer] })
    const network = createNetwork({ clock: realClock(), logger: testLogger() }, { peerSeed: own.peerSeed, mode: 'local', listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: [], resident: false })
    await network.start()
    const [route] = (await routesOf(record, network.peerId)).devices
    const stream = await network.open({ ...route!.place, addresses: victim.node.addresses() }, ENVELOPE_PROTOCOL)
    const impostor = new Impostor(own, record, network, profile, session, route!, stream)
    await stream.send(Frame.encode({ hello: { version: 1, window: DIRECT_WINDOW } }))
    impostor.#reading = impostor.#read()
    return impostor
  }

  async stop (): Promise<void> {
    await this.network.stop()
    await this.#reading
    await this.#profile.close()
  }

  get peerId (): string { return this.network.peerId }
  get closed (): boolean { return this.#stream.closed.aborted }

  async #read (): Promise<void> {
    let handled = 0
    try {
      for await (const bytes of this.#stream.frames()) {
        const { credit, deliver } = Frame.decode(bytes)
        if (credit !== undefined) this.#credited = credit.handled
        if (deliver !== undefined) {
          this.envelopes++
          this.bytes += deliver.envelope.byteLength
          await this.#take(deliver.envelope)
          await this.#stream.send(Frame.encode({ credit: { handled: ++handled } }))
        }
        this.#wake()
      }
    } catch {
      // the victim, or the test, has ended it
    }
    this.#wake()
  }

  async #take (envelope: Uint8Array): Promise<void> {
    const body = unwrap(this.record.direct.wrapKey, envelope)
    if (body === undefined) return
    const opened = await this.#session.open(body.bytes, body.branch)
    const payload = opened.kind === 'message' ? decodePayload(opened.plaintext) : undefined
    if (payload !== undefined) this.payloads.push(payload)
  }

  /** Resolves when `probe` gives something: asked now, and after each frame that comes. */
  async heard<T> (probe: () => T | undefined): Promise<T> {
    for (;;) {
      const found = probe()
      if (found !== undefined) return found
      if (this.closed) throw new Error('the victim has hung up')
      await new Promise<void>(resolve => { this.#wake = resolve })
    }
  }

  /** Everything sent so far was handled by the victim. */
  async handled (): Promise<void> {
    await this.heard(() => this.#credited >= this.#number ? true : undefined)
  }

  /** Seals these bytes as a payload and hands them over, within the victim's credit. */
  async sealed (plaintext: Uint8Array): Promise<void> {
    const { message, branch } = await this.#session.seal(plaintext)
    await this.body({ kind: Kind.MESSAGE, branch, bytes: message, part: 0, parts: 0, digest: EMPTY })
  }

  async body (body: Body): Promise<void> {
    const name = new TextEncoder().encode(`impostor ${this.#sealings++}`)
    await this.envelope(wrap(this.#route.wrapKey, name, body).bytes)
  }

  async envelope (envelope: Uint8Array): Promise<void> {
    await this.heard(() => this.#number - this.#credited < DIRECT_WINDOW ? true : undefined)
    await this.#stream.send(Frame.encode({ deliver: { number: ++this.#number, queue: this.#route.queue, envelope } }))
  }

  async say (payload: Partial<Payload>): Promise<void> {
    await this.sealed(Payload.encode({ runs: [], heads: [], reads: [], announcement: EMPTY, wants: [], keyPackages: [], profile: EMPTY, proofs: [], announcementsSeen: [], ...payload }))
  }

  async announce (announcement: Partial<Announcement> & { revision: number }): Promise<void> {
    await this.say({ announcement: Announcement.encode({ direct: this.places(), queues: [], grant: EMPTY, grantAddresses: [], stun: [], ...announcement }) })
  }

  /** This device, where it really is: as an honest announcement has it. */
  places (): Announcement['direct'] {
    return [{ certificate: this.own.certificate, queue: this.record.direct.queue, wrapKey: this.record.direct.wrapKey, addresses: encodeAddresses(this.place()) }]
  }

  /** The last entry of each author that mallory's log holds, the own one first: parents of the next. */
  async heads (): Promise<Parent[]> {
    const log = await ConversationLog.load({ store: this.#profile.store, clock: realClock() }, this.record.conversation, this.own.device)
    const heads = log.heads().map(({ author, sequence, hash }) => ({ author, sequence, hash }))
    return heads.sort((a, b) => Number(equals(b.author, this.own.device)) - Number(equals(a.author, this.own.device)))
  }

  /** Devices of the victim that have spoken. */
  async others (): Promise<Uint8Array[]> {
    return (await this.heads()).map(({ author }) => author).filter(author => !equals(author, this.own.device))
  }

  place (): PeerPlace { return { peerId: this.peerId, addresses: this.network.addresses() } }

  entry (pen: Pen, { sequence, depth = sequence, time = Date.now(), kind = KIND_TEXT, body, text = '', parents = [] }: Scribble): { bytes: Uint8Array, hash: Uint8Array } {
    const bytes = Entry.encode({ conversation: this.record.conversation, author: pen.device, sequence, depth, parents, time, kind, body: body ?? Text.encode({ text }) })
    return { bytes, hash: entryHash(bytes) }
  }

  /** Entries of one pen, signed as a run. */
  async run (pen: Pen, entries: ReadonlyArray<{ bytes: Uint8Array, hash: Uint8Array }>): Promise<Uint8Array> {
    const signature = await sign(pen.leafSeed, runBytes(this.record.conversation, entries.at(-1)!.hash))
    return Run.encode({ entries: entries.map(({ bytes }) => bytes), signature, credential: pen.credential })
  }

  get pen (): Pen { return this.own }
}
