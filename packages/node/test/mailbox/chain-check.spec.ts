import { chain, genesis, hashOf } from '@sotto/protocols/mailbox'
import { expect } from 'chai'
import { follow } from '../../src/mailbox/chain-check.ts'
import type { HeadBody, Items, Link } from '@sotto/protocols/mailbox'

const NOW = 1_760_000_000_000
const TTL = 30 * 24 * 60 * 60 * 1000
const queue = new Uint8Array(16).fill(3)

interface Chain { links: Link[], heads: Uint8Array[] }

function chainOf (count: number): Chain {
  const links: Link[] = []
  const heads = [genesis(queue)]
  for (let position = 1; position <= count; position++) {
    const bytes = new Uint8Array(64).fill(position)
    const link = { position, id: new Uint8Array(16).fill(position), hash: hashOf(bytes), time: NOW + position, bytes }
    links.push(link)
    heads.push(chain(heads.at(-1) ?? queue, link))
  }
  return { links, heads }
}

describe('a queue that several devices of one reader read', () => {
  const { links, heads } = chainOf(6)
  const start = { position: 0, head: genesis(queue), time: 0 }
  const frame = (from: number, to: number, gone = false): Items => ({ queue, links: links.slice(from - 1, to).map(link => gone ? { ...link, bytes: new Uint8Array(0) } : link), head: new Uint8Array(0), more: false, used: 0, closed: false }) as unknown as Items
  const head = (position: number): HeadBody => ({ queue, position, head: heads[position] ?? queue, time: NOW + position }) as unknown as HeadBody

  it('MBX-10: what was emptied before this device began, or while it slept, proves nothing; alone it is a lie', () => {
    for (const [items, end] of [[frame(4, 6), 6], [frame(1, 3, true), 3]] as const) {
      expect(follow(start, items, head(end), TTL, NOW).lie).to.be.a('string')
      const shared = follow(start, items, head(end), TTL, NOW, true)
      expect(shared.lie).to.equal(undefined)
      if (shared.lie === undefined) expect(shared.cursor.head).to.deep.equal(heads[end])
    }
    const late = follow(start, frame(4, 6), head(6), TTL, NOW, true)
    expect(late.lie === undefined && late.items.map(({ id }) => id[0])).to.deep.equal([4, 5, 6])
  })

  it('MBX-10: from where it began its chain must hold as for anybody', () => {
    const at = { position: 3, head: heads[3] ?? queue, time: NOW + 3 }
    expect(follow(at, frame(4, 6), head(6), TTL, NOW, true).lie).to.equal(undefined)
    expect(follow(at, frame(4, 6), { ...head(6), head: new Uint8Array(32) }, TTL, NOW, true).lie).to.be.a('string')
    expect(follow(at, frame(4, 6), undefined, TTL, NOW, true).lie).to.be.a('string')
    const torn = { ...frame(4, 6), links: [links[3], links[5]] } as unknown as Items
    expect(follow(at, torn, head(6), TTL, NOW, true).lie).to.be.a('string')
  })
})
