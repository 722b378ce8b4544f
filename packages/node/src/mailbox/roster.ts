/**
 * The mailboxes that we know, what was measured of them, and which of them keep our mail now.
 *
 * Invariants: never ourselves; at most MAX_KEEPER_CANDIDATES volunteers; who was banned stays banned; a contact has one
 * mailbox at a time.
 */
import { MAILBOX_PROTOCOL } from '@sotto/protocols/mailbox'
import { equals } from 'uint8arrays/equals'
import { KEEPER_REFUSED_MS, MAX_KEEPER_CANDIDATES } from '../config.ts'
import { NodeError } from '../errors.ts'
import { chooseSpare, newKeeper, observe, retire } from './keeper.machine.ts'
import type { KeeperKind } from './index.ts'
import type { KeeperBook } from './keeper-book.ts'
import type { KeeperRecord } from './keeper.machine.ts'
import type { Components } from '../components.ts'
import type { PeerPlace } from '../network/index.ts'

/** Until somebody offers anew. */
const FOR_GOOD = Number.MAX_SAFE_INTEGER

export class Roster {
  readonly #components: Pick<Components, 'clock' | 'logger' | 'network'>
  readonly #book: KeeperBook
  readonly #copies: number
  readonly #keepers = new Map<string, KeeperRecord>()

  constructor (components: Pick<Components, 'clock' | 'logger' | 'network'>, book: KeeperBook, copies: number) {
    this.#components = components
    this.#book = book
    this.#copies = copies
  }

  load (keepers: readonly KeeperRecord[]): void {
    for (const keeper of keepers) this.#keepers.set(keeper.peerId, { ...keeper, observed: 0 })
  }

  get (peerId: string): KeeperRecord | undefined {
    return this.#keepers.get(peerId)
  }

  all (): KeeperRecord[] {
    return [...this.#keepers.values()]
  }

  active (): string[] {
    return this.all().filter(keeper => keeper.state === 'active').map(keeper => keeper.peerId)
  }

  clear (): void {
    this.#keepers.clear()
  }

  /** Hearsay, or what the profile says. */
  learn (place: PeerPlace, kind: KeeperKind, token?: Uint8Array): void {
    if (place.peerId === this.#components.network.peerId) return
    const known = this.#keepers.get(place.peerId)
    if (known === undefined && kind === 'volunteer' && this.all().filter(keeper => keeper.kind === 'volunteer').length >= MAX_KEEPER_CANDIDATES) return
    const keeper = known ?? newKeeper(place.peerId, [], kind)
    const addresses = place.addresses.length > 0 ? place.addresses : keeper.addresses
    this.#set({ ...keeper, addresses, kind: kind === 'own' ? kind : keeper.kind, ...(token === undefined ? {} : granted(keeper, token)) })
  }

  async offered (identity: Uint8Array, place: PeerPlace, token: Uint8Array | undefined): Promise<void> {
    const changed: KeeperRecord[] = []
    for (const keeper of this.all()) {
      // one contact, one mailbox: a withdrawn or moved offer ends the old one
      if (keeper.identity === undefined || !equals(keeper.identity, identity) || (token !== undefined && keeper.peerId === place.peerId)) continue
      const { token: _withdrawn, ...rest } = keeper
      changed.push(this.#set({ ...rest, refusedUntil: FOR_GOOD, refusal: 'the grant was withdrawn' }))
    }
    const known = this.#keepers.get(place.peerId)
    if (token !== undefined && place.peerId !== this.#components.network.peerId && known?.state !== 'banned') {
      const keeper = known?.kind === 'own' ? known : { ...known ?? newKeeper(place.peerId, [], 'contact'), kind: 'contact' as const, identity }
      changed.push(this.#set({ ...keeper, addresses: place.addresses, ...granted(keeper, token) }))
    }
    await this.#book.saveKeepers(changed)
  }

  /** @returns whether the choice may change by it */
  connected (peerId: string, connected: boolean, online: boolean): boolean {
    const keeper = this.#keepers.get(peerId)
    if (keeper === undefined) return false
    const now = this.#components.clock.now()
    const isFirstFailure = !connected && keeper.failedSince === 0
    const wasConnected = isFirstFailure && keeper.lastSeen > 0
    const seen = connected ? { lastSeen: now, failedSince: 0 } : { failedSince: isFirstFailure ? now : keeper.failedSince, lastTried: now }
    this.#set({ ...observe(keeper, wasConnected, now, online), ...seen })
    return connected || isFirstFailure
  }

  refused (peerId: string, error: NodeError): boolean {
    const keeper = this.#keepers.get(peerId)
    const now = this.#components.clock.now()
    if (keeper === undefined || keeper.state === 'banned' || (keeper.refusedUntil > now && keeper.refusal === error.message)) return false
    const forGood = error.code === 'GRANT_UNKNOWN' && keeper.token !== undefined
    this.#set({ ...keeper, lastSeen: now, refusedUntil: forGood ? FOR_GOOD : now + KEEPER_REFUSED_MS, refusal: error.message })
    return true
  }

  /** It created a queue: whatever it refused before is over. */
  accepted (peerId: string): void {
    const keeper = this.#keepers.get(peerId)
    if (keeper !== undefined && keeper.state !== 'banned' && keeper.refusal !== '') this.#set({ ...keeper, refusedUntil: 0, refusal: '' })
  }

  banned (peerId: string, reason: string): boolean {
    const keeper = this.#keepers.get(peerId)
    if (keeper === undefined || keeper.state === 'banned') return false
    this.#set({ ...keeper, state: 'banned', since: this.#components.clock.now(), refusal: reason })
    return true
  }

  tried (keeper: KeeperRecord): KeeperRecord {
    return this.#set({ ...keeper, lastTried: this.#components.clock.now() })
  }

  forgotten (keeper: KeeperRecord): void {
    this.#set({ ...keeper, state: 'idle', since: this.#components.clock.now() })
  }

  /** Chooses anew. @returns those whose part changed */
  review (isConnected: (peerId: string) => boolean, isRead: (peerId: string) => boolean, online: boolean): KeeperRecord[] {
    const { network, clock } = this.#components
    const now = clock.now()
    for (const place of network.peersSupporting(MAILBOX_PROTOCOL)) this.learn(place, 'volunteer')
    for (const keeper of this.all()) {
      const seen = isRead(keeper.peerId) ? observe(keeper, isConnected(keeper.peerId), now, online) : keeper
      const isOver = keeper.state !== 'banned' && keeper.refusedUntil <= now
      this.#set(isOver ? { ...seen, refusal: '' } : seen)
    }
    const known = this.all()
    const chosen = chooseSpare(known, network.peerId, this.#copies, now)
    const working = new Set([...chosen, ...this.active()].filter(isConnected))
    return [
      ...retire(known, chosen, working, this.#copies, now).flatMap(peerId => this.#move(peerId, 'retired', now)),
      ...[...chosen].flatMap(peerId => this.#move(peerId, 'active', now))
    ]
  }

  /** Volunteers that we only heard of are not worth writing down. */
  async save (): Promise<void> {
    try {
      await this.#book.saveKeepers(this.all().filter(keeper => keeper.state !== 'idle' || keeper.kind !== 'volunteer'))
    } catch (error) {
      // measured anew after the next start
      this.#components.logger.error('what is known of mailboxes was not written', error instanceof NodeError ? error.code : '')
    }
  }

  #move (peerId: string, state: 'active' | 'retired', now: number): KeeperRecord[] {
    const keeper = this.#keepers.get(peerId)
    return keeper === undefined || keeper.state === state ? [] : [this.#set({ ...keeper, state, since: now })]
  }

  #set (keeper: KeeperRecord): KeeperRecord {
    this.#keepers.set(keeper.peerId, keeper)
    return keeper
  }
}

/** Another token than before is another chance. */
function granted (keeper: KeeperRecord, token: Uint8Array): Partial<KeeperRecord> {
  const isSame = keeper.token !== undefined && equals(keeper.token, token)
  return { token, ...(isSame ? {} : { refusedUntil: 0, refusal: '' }) }
}
