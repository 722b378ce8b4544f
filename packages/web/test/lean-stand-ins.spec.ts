import { expect } from 'chai'
import { compiled } from '../lean/catalogues.ts'
import { createScalableCuckooFilter } from '../lean/own-filter.ts'
import { Netmask } from '../lean/own-netmask.ts'
import { __assign, __rest, __spreadArray } from '../lean/own-tslib.ts'

describe('what stands in a page for a library', () => {
  it('knows which addresses lie in a range', () => {
    const isIn = (address: string, range: string): boolean => new Netmask(range).contains(address)
    for (const [address, range] of [['0.0.0.0', '0.0.0.0/8'], ['10.0.0.0', '10.0.0.0/8'], ['10.255.255.255', '10.0.0.0/8'], ['100.64.0.1', '100.64.0.0/10'], ['100.127.255.255', '100.64.0.0/10'], ['172.31.255.255', '172.16.0.0/12'], ['255.255.255.255', '240.0.0.0/4'], ['255.255.255.255', '255.255.255.255/32']] as const) {
      expect(isIn(address, range), `${address} in ${range}`).to.equal(true)
    }
    for (const [address, range] of [['1.0.0.0', '0.0.0.0/8'], ['9.255.255.255', '10.0.0.0/8'], ['11.0.0.0', '10.0.0.0/8'], ['100.128.0.0', '100.64.0.0/10'], ['172.15.255.255', '172.16.0.0/12'], ['172.32.0.0', '172.16.0.0/12'], ['239.255.255.255', '240.0.0.0/4'], ['192.0.0.9', '192.0.0.8/32']] as const) {
      expect(isIn(address, range), `${address} not in ${range}`).to.equal(false)
    }
  })

  it('assigns, takes apart and spreads as tslib does', () => {
    expect(__assign({}, { a: 1 }, { a: 2, b: 3 })).to.deep.equal({ a: 2, b: 3 })
    expect(__rest({ a: 1, b: 2 }, ['a'])).to.deep.equal({ b: 2 })
    expect(__spreadArray([1], [2, 3])).to.deep.equal([1, 2, 3])
  })

  it('remembers what was put in a filter, and of too much the newest', () => {
    const filter = createScalableCuckooFilter()
    const item = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 255)
    filter.add('a name')
    filter.add(item(0))
    expect([filter.has('a name'), filter.has(item(0)), filter.has(item(1))]).to.deep.equal([true, true, false])
    expect([filter.remove(item(0)), filter.has(item(0))]).to.deep.equal([true, false])
    for (let n = 0; n < 4096; n++) filter.add(item(n))
    expect([filter.has('a name'), filter.has(item(0)), filter.has(item(4095))]).to.deep.equal([false, true, true])
  })

  it('has messages of words alone as they are, and others as trees', async () => {
    const code = await compiled(new URL('../src/messages/en.ts', import.meta.url).pathname)
    const start = code.indexOf('export const en = ') + 'export const en = '.length
    const en = JSON.parse(code.slice(start, code.indexOf('\n', start))) as Record<string, unknown>
    expect(en.search).to.be.a('string')
    expect(en['requests.waiting']).to.be.an('array')
  })
})
