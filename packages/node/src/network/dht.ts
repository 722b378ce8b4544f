/**
 * The DHT as the directory needs it, over kad-dht. What is met here was met for real: `put()` does not say that nobody
 * stored, `get()` can fail because of one stubborn replica, and own copies count as an answer.
 */
import { toString } from 'uint8arrays/to-string'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { PROVIDE_TIMEOUT_MS, PUT_TIMEOUT_MS } from '../config.ts'
import type { Dht, DhtValue, OpenOptions, PeerPlace } from './index.ts'
import type { KadDHT, QueryEvent } from '@libp2p/kad-dht'
import type { Libp2p } from 'libp2p'

type Mode = Dht['mode']
type Cid = Parameters<KadDHT['provide']>[0]

/** Values of one read that wait to be looked at: a lookup asks about 20 peers. */
const MAX_WAITING = 64
/** Replicas of a record: kad-dht's k. */
const REPLICAS = 20
/** Puts of one record, while each finds more peers. */
const MAX_ROUNDS = 3
/** Between two of them, ms. */
const MEET_MS = 300

/** A CID that names 32 bytes of SHA-256; kad-dht looks at nothing but its multihash. */
async function cidOf (key: Uint8Array): Promise<Cid> {
  const { peerIdFromString } = await import('@libp2p/peer-id')
  return peerIdFromString(toString(concat([Uint8Array.of(0x12, 0x20), key]), 'base58btc')).toCID()
}

/** The DHT of a host that is running; `off` without one. */
export class HostDht implements Dht {
  readonly #running: () => { libp2p: Libp2p, signal: AbortSignal } | undefined

  constructor (running: () => { libp2p: Libp2p, signal: AbortSignal } | undefined) {
    this.#running = running
  }

  get mode (): Mode {
    return this.#service()?.dht.getMode() ?? 'off'
  }

  get peers (): number {
    const dht = this.#service()?.dht as { routingTable?: { size: number } } | undefined
    return dht?.routingTable?.size ?? 0
  }

  async put (key: Uint8Array, value: Uint8Array, options: OpenOptions = {}): Promise<string[]> {
    const replicas = new Set<string>()
    // a lookup walks only towards the key: who knows few peers meets few, and knows more of them afterwards
    for (let round = 1; round <= MAX_ROUNDS && replicas.size < REPLICAS; round++) {
      if (round === 1 && this.peers < REPLICAS) await this.#meet(key, options)
      if (round > 1) {
        await new Promise(resolve => { setTimeout(resolve, MEET_MS) }) // real time: new peers are pinged before they count
        if (this.peers <= replicas.size) break
      }
      await this.#each(async (dht, signal) => {
        for await (const event of dht.put(key, value, { signal }) as AsyncIterable<QueryEvent>) {
          // only an answer that repeats the value says that it was stored
          if (event.name !== 'PEER_RESPONSE' || event.messageName !== 'PUT_VALUE' || event.record === undefined) continue
          if (equals(event.record.value, value)) replicas.add(event.from.toString())
        }
      }, PUT_TIMEOUT_MS, options)
    }
    return [...replicas]
  }

  /** Learns of peers on the way to a key. */
  async #meet (key: Uint8Array, options: OpenOptions): Promise<void> {
    await this.#each(async (dht, signal) => {
      for await (const event of dht.getClosestPeers(key, { signal })) if (event.name === 'FINAL_PEER') return
    }, PUT_TIMEOUT_MS, options)
  }

  async * values (key: Uint8Array, options: OpenOptions = {}): AsyncGenerator<DhtValue> {
    const service = this.#service()
    if (service === undefined) return
    const { dht, libp2p, signal } = service
    const left = new AbortController()
    const waiting: DhtValue[] = []
    let ended = false
    let wake = (): void => {}
    const take = (event: { type: string, detail?: unknown }): void => {
      if (event.type !== 'kad-dht:query:value') return
      const { value, from } = event.detail as { value: Uint8Array, from: Libp2p['peerId'] }
      // what we stored ourselves says nothing about others
      if (!from.equals(libp2p.peerId) && waiting.length < MAX_WAITING) waiting.push({ from: from.toString(), value })
      wake()
    }
    const query = (async () => {
      try {
        // progress events come as peers answer; the library's own choice among them is not waited for
        for await (const event of dht.get(key, { signal: AbortSignal.any([left.signal, signal, ...(options.signal === undefined ? [] : [options.signal])]), onProgress: take })) if (left.signal.aborted || event === undefined) break
      } catch {
        // given up, or one replica could not be corrected: what came has come
      }
      ended = true
      wake()
    })()
    try {
      for (;;) {
        const next = waiting.shift()
        if (next !== undefined) yield next
        else if (ended) return
        else await new Promise<void>(resolve => { wake = resolve; if (ended || waiting.length > 0) resolve() })
      }
    } finally {
      left.abort()
      await query
    }
  }

  async provide (key: Uint8Array, options: OpenOptions = {}): Promise<number> {
    const told = new Set<string>()
    await this.#each(async (dht, signal) => {
      for await (const event of dht.provide(await cidOf(key), { signal })) {
        if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') told.add(event.from.toString())
      }
    }, PROVIDE_TIMEOUT_MS, options)
    return told.size
  }

  async providers (key: Uint8Array, limit: number, options: OpenOptions = {}): Promise<PeerPlace[]> {
    const found = new Map<string, PeerPlace>()
    await this.#each(async (dht, signal) => {
      for await (const event of dht.findProviders(await cidOf(key), { signal })) {
        if (event.name !== 'PROVIDER') continue
        for (const { id, multiaddrs } of event.providers) {
          if (multiaddrs.length > 0) found.set(id.toString(), { peerId: id.toString(), addresses: multiaddrs.map(address => address.toString()) })
        }
        if (found.size >= limit) break
      }
    }, PROVIDE_TIMEOUT_MS, options)
    return [...found.values()].slice(0, limit)
  }

  #service (): { dht: KadDHT, libp2p: Libp2p, signal: AbortSignal } | undefined {
    const running = this.#running()
    const dht = running?.libp2p.services.dht as KadDHT | undefined
    return running === undefined || dht === undefined ? undefined : { ...running, dht }
  }

  /** Runs a query to its end or the time; what it learned until then holds. */
  async #each (run: (dht: KadDHT, signal: AbortSignal) => Promise<void>, timeoutMs: number, options: OpenOptions): Promise<void> {
    const service = this.#service()
    if (service === undefined) return
    const signals = [service.signal, AbortSignal.timeout(timeoutMs), ...(options.signal === undefined ? [] : [options.signal])]
    try {
      await run(service.dht, AbortSignal.any(signals))
    } catch {
      // given up or nobody there: the count says how far it came
    }
  }
}
