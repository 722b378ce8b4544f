/**
 * Delivery where there is nothing to carry: of whoever has no conversation, not even with themselves, nothing of it is loaded. The
 * first that is opened brings it.
 *
 * Invariants: it is made once, and has then the state of this part (started, stopped); without it there is no channel and no record of one.
 */
import { StoreError } from '../errors.ts'
import type { Reason } from '../api.ts'
import { later } from '../late.ts'
import { listChannels } from './channel-record.ts'
import type { Channel } from './channel.ts'
import type { ChannelComponents, ChannelState } from './channel-state.ts'
import type { Delivery, DeliveryHost } from './delivery.ts'
import type { MailboxClient, MailItem } from '../mailbox/index.ts'

export type DeliveryPart = Pick<Delivery, keyof Delivery>

const code = later(async () => import('./delivery.ts'))

/** Nobody is dialled. */
const NO_LINKS: Delivery['links'] = { isAway: () => false, awaySince: () => undefined, tryAt: () => {} }

const NO_ROUTES: ReturnType<Delivery['routes']> = { revision: -1, devices: [], mailboxes: [] }

class LateDelivery implements DeliveryPart {
  readonly #make: () => Promise<Delivery>
  #made: Delivery | undefined
  #making: Promise<Delivery> | undefined
  #running = false
  #stopped = false

  constructor (make: () => Promise<Delivery>) {
    this.#make = make
  }

  async start (): Promise<void> {
    this.#running = true
    await this.#made?.start()
  }

  async stop (): Promise<void> {
    this.#stopped = true
    await (await this.#making?.catch(() => undefined))?.stop()
  }

  async ready (): Promise<void> { await (await this.#making)?.ready() }
  async open (conversation: Uint8Array, peer: Uint8Array): Promise<Channel> { return (await this.#real()).open(conversation, peer) }
  async find (conversation: Uint8Array): Promise<Channel | undefined> { return (await this.#making)?.find(conversation) }
  current (conversation: Uint8Array): Channel | undefined { return this.#made?.current(conversation) }
  loaded (): Channel[] { return this.#made?.loaded() ?? [] }
  routes (state: ChannelState): ReturnType<Delivery['routes']> { return this.#made?.routes(state) ?? NO_ROUTES }
  async reroute (state: ChannelState): Promise<void> { await this.#made?.reroute(state) }
  async renew (state: ChannelState): Promise<void> { await this.#made?.renew(state) }
  async announceAnew (conversations?: readonly Uint8Array[]): Promise<void> { await this.#made?.announceAnew(conversations) }
  nudge (state: ChannelState): void { this.#made?.nudge(state) }
  hurry (state: ChannelState, sequence: number): void { this.#made?.hurry(state, sequence) }
  wake (peerId?: string): void { this.#made?.wake(peerId) }
  isUp (peerId: string): boolean { return this.#made?.isUp(peerId) ?? false }
  get links (): Delivery['links'] { return this.#made?.links ?? NO_LINKS }
  trouble (mailbox: string): Reason | undefined { return this.#made?.trouble(mailbox) }

  async mail (conversation: Uint8Array, wrapKey: Uint8Array, items: readonly MailItem[]): Promise<void> {
    await (await this.#making)?.mail(conversation, wrapKey, items)
  }

  async #real (): Promise<Delivery> {
    this.#making ??= this.#begin().catch((error: unknown) => {
      this.#making = undefined
      throw error
    })
    return this.#making
  }

  async #begin (): Promise<Delivery> {
    if (this.#stopped) throw new StoreError('STORE_CLOSED', 'the node is stopping', { hint: 'start it again' })
    const made = await this.#make()
    if (this.#running) await made.start()
    this.#made = made
    return made
  }
}

/** `lean`: where code is dear, and there is no conversation, it comes with the first. */
export async function openDelivery (components: ChannelComponents, client: MailboxClient, host: DeliveryHost, lean: boolean): Promise<DeliveryPart> {
  const make = async (): Promise<Delivery> => new (await code()).Delivery(components, client, host)
  return lean && await isEmpty(components) ? new LateDelivery(make) : make()
}

async function isEmpty ({ store }: ChannelComponents): Promise<boolean> {
  for await (const { direct } of listChannels(store)) if (direct !== undefined) return false
  return true
}
