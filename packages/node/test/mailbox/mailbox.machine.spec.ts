import { chain, genesis, hashOf } from '@sotto/protocols/mailbox'
import { expect } from 'chai'
import { equals } from 'uint8arrays/equals'
import { append, expired, isDead, newQueue, QUEUE_LIMITS, releasable, release, visit } from '../../src/mailbox/mailbox.machine.ts'
import { decodeKnown, decodeLink, decodeQueue, encodeKnown, encodeLink, encodeQueue } from '../../src/mailbox/records.ts'
import type { LinkRecord, Queue } from '../../src/mailbox/records.ts'
import type { Room } from '../../src/mailbox/mailbox.machine.ts'

const DAY = 24 * 60 * 60 * 1000
const ROOM: Room = { grantLimit: 1e9, grantUsed: 0, nodeLimit: 1e9, nodeUsed: 0, guest: false }

/** mulberry32: the same sequence for the same seed */
function dice (seed: number): (sides: number) => number {
  let state = seed
  return sides => {
    state = state + 0x6d2b79f5 | 0
    let t = Math.imul(state ^ state >>> 15, 1 | state)
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t
    return ((t ^ t >>> 14) >>> 0) % sides
  }
}

function bytes (fill: number, length: number): Uint8Array {
  const out = new Uint8Array(length)
  new DataView(out.buffer).setUint32(0, fill)
  return out
}

/** A queue with its links as the disk would hold them, and everything that was ever put. */
class Model {
  queue: Queue
  links = new Map<number, LinkRecord>()
  heads: Uint8Array[]
  sizes: number[] = [0]
  times: number[] = [0]
  readonly acked = new Map<number, number>()

  constructor (now: number) {
    this.queue = newQueue(bytes(1, 16), bytes(2, 32), bytes(3, 32), new Uint8Array(0), now)
    this.heads = [genesis(this.queue.id)]
  }

  consecutive (after: number, limit: number): LinkRecord[] {
    return [...this.links.values()].filter(link => link.position > after).sort((a, b) => a.position - b.position).slice(0, limit)
  }

  apply (to: { strip: number, drop: number }, step: number): void {
    for (;;) {
      const from = to.drop > this.queue.base ? this.queue.base : this.queue.stripped
      const { queue, drop, strip } = release(this.queue, this.consecutive(from, step), to)
      if (queue.base === this.queue.base && queue.stripped === this.queue.stripped) return
      for (const link of drop) this.links.delete(link.position)
      for (const link of strip) this.links.set(link.position, link)
      this.queue = queue
    }
  }

  check (now: number): void {
    const { base, baseHead, position, head, stripped, items, charge } = this.queue
    const links = this.consecutive(base, Infinity)
    const complete = links.length === position - base && links.every((link, index) => link.position === base + 1 + index)
    const heads = links.every(link => equals(link.head, this.heads[link.position]!))
    const chained = links.slice(-5).every(link => equals(chain(this.heads[link.position - 1]!, link), link.head))
    expect({ complete, heads, chained }).to.deep.equal({ complete: true, heads: true, chained: true })
    expect(equals(baseHead, this.heads[base]!) && equals(head, this.heads[position]!)).to.equal(true)
    expect(links.some(link => link.position <= stripped && link.bytes.byteLength > 0)).to.equal(false)
    const held = [...this.links.values()].filter(link => link.bytes.byteLength > 0)
    expect(items).to.equal(held.length)
    expect(charge).to.equal(1024 + 256 * this.links.size + held.reduce((sum, link) => sum + link.bytes.byteLength, 0))
    // gone and not old: then whoever was awake had it
    const most = Math.max(0, ...this.acked.values())
    expect(links.some(link => link.bytes.byteLength === 0 && this.times[link.position]! + QUEUE_LIMITS.ttl > now && link.position > most)).to.equal(false)
  }
}

describe('mailbox machine', () => {
  it('MBX-8, MBX-10, MBX-11: whatever is put, acknowledged, left silent or expired, the chain, the counts and what is owed stay true', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const roll = dice(seed)
      let now = Date.UTC(2026, 0, 1)
      const model = new Model(now)
      for (let step = 0; step < 120; step++) {
        const act = roll(10)
        if (act < 5) {
          const candidates = Array.from({ length: 1 + roll(4) }, () => {
            const content = bytes(roll(2 ** 31), 4 + roll(200))
            return { id: bytes(roll(2 ** 31), 16), bytes: content, hash: hashOf(content), known: undefined }
          })
          const appended = append(model.queue, candidates, ROOM, now, QUEUE_LIMITS)
          if ('code' in appended) throw new Error(appended.code)
          model.queue = appended.queue
          for (const link of appended.links) {
            model.links.set(link.position, link)
            model.heads[link.position] = link.head
            model.times[link.position] = link.time
          }
        } else if (act < 8) {
          const slot = roll(3)
          const position = Math.max(model.acked.get(slot) ?? 0, roll(model.queue.position + 2))
          const visited = visit(model.queue, bytes(slot, 16), position, now)
          if ('code' in visited) throw new Error(visited.code)
          model.queue = visited.queue
          model.acked.set(slot, Math.min(position, model.queue.position))
          model.apply(releasable(model.queue, now), 1 + roll(5))
        } else if (act < 9) {
          now += roll(5 * DAY)
        } else {
          const strip = expired(model.consecutive(model.queue.stripped, 7), now, QUEUE_LIMITS)
          if (strip > model.queue.stripped) model.apply({ strip, drop: model.queue.base }, 3)
        }
        model.check(now)
      }
    }
  })

  it('MBX-10: keeps links for a sleeping device until it wakes, or is forgotten after 60 days', () => {
    const start = Date.UTC(2026, 0, 1)
    const queue: Queue = {
      ...newQueue(bytes(1, 16), bytes(2, 32), bytes(3, 32), new Uint8Array(0), start),
      position: 10,
      items: 10,
      slots: [{ slot: bytes(1, 16), position: 10, time: start + 8 * DAY }, { slot: bytes(2, 16), position: 4, time: start }]
    }
    expect(releasable(queue, start + DAY)).to.deep.equal({ strip: 4, drop: 4 })
    expect(releasable(queue, start + 8 * DAY)).to.deep.equal({ strip: 10, drop: 4 })
    const awake = { ...queue, slots: queue.slots.map(slot => ({ ...slot, time: slot.time + 53 * DAY })) }
    expect(releasable(awake, start + 61 * DAY)).to.deep.equal({ strip: 10, drop: 4 })
    expect(releasable({ ...queue, slots: [{ ...queue.slots[0]!, time: start + 60 * DAY }, queue.slots[1]!] }, start + 60 * DAY)).to.deep.equal({ strip: 10, drop: 10 })
    expect(releasable({ ...queue, slots: [] }, start)).to.deep.equal({ strip: 0, drop: 0 })
  })

  it('a sleeping device does not make the chain grow for ever', () => {
    const now = Date.UTC(2026, 0, 1)
    const slots = [{ slot: bytes(1, 16), position: 40_000, time: now }, { slot: bytes(2, 16), position: 0, time: now - 8 * DAY }]
    const queue: Queue = { ...newQueue(bytes(1, 16), bytes(2, 32), bytes(3, 32), new Uint8Array(0), now), position: 40_000, stripped: 40_000, slots }
    expect(releasable(queue, now)).to.deep.equal({ strip: 40_000, drop: 40_000 })
  })

  it('a clock that is set back does not run the chain back', () => {
    const now = Date.UTC(2026, 0, 1)
    const queue = newQueue(bytes(1, 16), bytes(2, 32), bytes(3, 32), new Uint8Array(0), now)
    const content = bytes(9, 10)
    const appended = append(queue, [{ id: bytes(5, 16), bytes: content, hash: hashOf(content), known: undefined }], ROOM, now - DAY, QUEUE_LIMITS)
    expect('links' in appended ? appended.links[0]?.time : 0).to.equal(now)
  })

  it('refuses a seventeenth device, and counts one that was forgotten no more', () => {
    const now = Date.UTC(2026, 0, 1)
    let queue = newQueue(bytes(1, 16), bytes(2, 32), bytes(3, 32), new Uint8Array(0), now)
    for (let i = 0; i < 16; i++) {
      const visited = visit(queue, bytes(i, 16), 0, now)
      if ('code' in visited) throw new Error(visited.code)
      queue = visited.queue
    }
    expect(visit(queue, bytes(99, 16), 0, now)).to.include({ code: 'REFUSED', limit: 16, used: 16 })
    expect(visit(queue, bytes(99, 16), 0, now + 61 * DAY)).to.include({ changed: true })
    expect(isDead(queue, now + 61 * DAY)).to.equal(true)
    expect(isDead(queue, now + 59 * DAY)).to.equal(false)
  })

  it('writes records down and reads them back', () => {
    const queue = { ...newQueue(bytes(1, 16), bytes(2, 32), bytes(3, 32), bytes(4, 16), 5), slots: [{ slot: bytes(1, 16), position: 3, time: 4 }] }
    expect(decodeQueue(encodeQueue(queue))).to.deep.equal(queue)
    const link = { position: 2 ** 40, id: bytes(1, 16), hash: bytes(2, 32), head: bytes(3, 32), time: 1_790_000_000_000, bytes: bytes(4, 77) }
    expect(decodeLink(encodeLink(link))).to.deep.equal(link)
    expect(decodeKnown(encodeKnown(link))).to.deep.equal({ position: link.position, hash: link.hash, head: link.head, time: link.time })
    expect(() => decodeLink(bytes(1, 20))).to.throw('cannot be read')
  })
})
