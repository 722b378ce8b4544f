import { expect } from 'chai'
import { StoreError } from '../../src/errors.ts'
import { key, keyRange, tables } from '../../src/store/index.ts'
import type { Store, StoreRange } from '../../src/store/index.ts'
import type { Migration } from '../../src/store/migrations.ts'

/** One place where stores can be opened, closed and opened again. */
export interface StorePlace {
  open (options?: { dataKey?: Uint8Array, create?: boolean, migrations?: readonly Migration[] }): Promise<Store>
  /** sealed entries as they lie there, past the store; the store is closed */
  raw (): Promise<Array<[Uint8Array, Uint8Array]>>
  putRaw (key: Uint8Array, value: Uint8Array): Promise<void>
}

export const dataKey = new Uint8Array(32).fill(7)
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const log = (number: number): Uint8Array => key(tables.log, number)

export async function failure (promise: Promise<unknown>): Promise<StoreError> {
  const error = await promise.then(() => undefined, (error: unknown) => error)
  expect(error).to.be.instanceOf(StoreError)
  return error as StoreError
}

async function collect (store: Store, range: StoreRange): Promise<number[]> {
  const found: number[] = []
  for await (const { key, value } of store.range(range)) {
    expect(key.constructor).to.equal(Uint8Array)
    expect(value.constructor).to.equal(Uint8Array)
    found.push(value[0]!)
  }
  return found
}

/** Every Store over every database passes this. `place` makes an empty place per test. */
export function storeCompliance (name: string, place: () => Promise<StorePlace>): void {
  describe(`store on ${name}`, () => {
    it('gives back what alice put, also after a restart, and nothing for what she deleted', async () => {
      const at = await place()
      let store = await at.open()
      await store.batch([{ type: 'put', key: log(1), value: bytes('hello') }, { type: 'put', key: log(2), value: new Uint8Array() }])
      await store.batch([{ type: 'put', key: log(3), value: bytes('x') }, { type: 'del', key: log(3) }])
      await store.close()
      store = await at.open({ create: false })
      expect(await store.get(log(1))).to.deep.equal(bytes('hello'))
      expect(await store.get(log(2))).to.deep.equal(new Uint8Array())
      expect(await store.get(log(3))).to.equal(undefined)
      expect(await store.get(log(4))).to.equal(undefined)
      await store.close()
    })

    it('keeps the last that was said of a key, within one batch and over those that are joined', async () => {
      const at = await place()
      const store = await at.open()
      await store.batch([{ type: 'put', key: log(1), value: bytes('a') }, { type: 'put', key: log(2), value: bytes('b') }, { type: 'put', key: log(1), value: bytes('c') }])
      expect([await store.get(log(1)), await store.get(log(2))]).to.deep.equal([bytes('c'), bytes('b')])
      await Promise.all([
        store.batch([{ type: 'del', key: log(1) }, { type: 'put', key: log(2), value: bytes('d') }]),
        store.batch([{ type: 'put', key: log(1), value: bytes('e') }, { type: 'del', key: log(2) }]),
        store.batch([{ type: 'put', key: log(3), value: bytes('f') }])
      ])
      await store.close()
      const again = await at.open()
      expect([await again.get(log(1)), await again.get(log(2)), await again.get(log(3))]).to.deep.equal([bytes('e'), undefined, bytes('f')])
      await again.close()
    })

    it('ranges over a table in key order, both ways, with bounds and a limit, and no further', async () => {
      const store = await (await place()).open()
      await store.batch([5, 300, 2, 70000].map((n, i) => ({ type: 'put', key: log(n), value: Uint8Array.of(i) })))
      await store.batch([{ type: 'put', key: key(tables.held, 1), value: Uint8Array.of(99) }])
      expect(await collect(store, keyRange(tables.log))).to.deep.equal([2, 0, 1, 3])
      expect(await collect(store, { ...keyRange(tables.log), reverse: true, limit: 2 })).to.deep.equal([3, 1])
      expect(await collect(store, { gt: log(2), lte: log(300) })).to.deep.equal([0, 1])
      await store.close()
    })

    it('shows a range as it was when it was asked for, and may be left early', async () => {
      const store = await (await place()).open()
      await store.batch(Array.from({ length: 500 }, (_, i) => ({ type: 'put', key: log(i), value: Uint8Array.of(1) })))
      let seen = 0
      for await (const { key } of store.range(keyRange(tables.log))) {
        if (seen++ === 0) await store.batch([{ type: 'del', key: log(499) }, { type: 'put', key: log(1000), value: Uint8Array.of(2) }])
        expect(key).to.not.deep.equal(log(1000))
      }
      expect(seen).to.equal(500)
      for await (const { key } of store.range(keyRange(tables.log))) {
        if (key[8] === 3) break
      }
      await store.close()
    })

    it('REST-4: applies concurrent batches in the order of the calls, each whole', async () => {
      const at = await place()
      let store = await at.open()
      await Promise.all(Array.from({ length: 300 }, (_, i) => store.batch([
        { type: 'put', key: log(0), value: Uint8Array.of(i % 256) },
        { type: 'put', key: log(1 + i), value: new Uint8Array(i * 40) },
        ...(i > 0 ? [{ type: 'del', key: log(i) } as const] : [])
      ])))
      await store.close()
      store = await at.open()
      expect(await store.get(log(0))).to.deep.equal(Uint8Array.of(299 % 256))
      const left: Uint8Array[] = []
      for await (const { key } of store.range(keyRange(tables.log))) left.push(key)
      expect(left).to.deep.equal([log(0), log(300)])
      await store.close()
    })

    it('writes what was handed over, whatever the caller does with the arrays afterwards', async () => {
      const store = await (await place()).open()
      const value = Uint8Array.of(1, 2, 3)
      const at = log(1)
      const written = store.batch([{ type: 'put', key: at, value }])
      value.fill(0)
      at.fill(0)
      await written
      expect(await store.get(log(1))).to.deep.equal(Uint8Array.of(1, 2, 3))
      await store.close()
    })

    it('finishes what was asked before close, and refuses what comes after', async () => {
      const at = await place()
      let store = await at.open()
      const written = store.batch([{ type: 'put', key: log(1), value: Uint8Array.of(1) }])
      await store.close()
      await store.close()
      await written
      expect((await failure(store.batch([]))).code).to.equal('STORE_CLOSED')
      expect((await failure(store.get(log(1)))).code).to.equal('STORE_CLOSED')
      expect((await failure(collect(store, {}))).code).to.equal('STORE_CLOSED')
      store = await at.open()
      expect(await store.get(log(1))).to.deep.equal(Uint8Array.of(1))
      await store.close()
    })

    it('REST-1: seals every value, never twice alike, and bound to its key', async () => {
      const at = await place()
      let store = await at.open()
      await store.batch([1, 2].map(n => ({ type: 'put', key: log(n), value: bytes('the same words') })))
      await store.close()
      const raw = (await at.raw()).filter(([key]) => key[0] === tables.log)
      expect(raw).to.have.length(2)
      expect(raw[0]![1]).to.not.deep.equal(raw[1]![1])
      expect(raw[0]![1].byteLength).to.equal(24 + 'the same words'.length + 16)
      await at.putRaw(log(1), raw[1]![1]) // somebody with the disk swaps two values
      store = await at.open()
      const error = await failure(store.get(log(1)))
      expect(error.code).to.equal('STORE_DAMAGED')
      expect(error.hint).to.be.a('string')
      expect((await failure(collect(store, keyRange(tables.log)))).code).to.equal('STORE_DAMAGED')
      expect(await store.get(log(2))).to.deep.equal(bytes('the same words'))
      await store.close()
    })

    it('REST-2: blinds ids the same way after a restart, and otherwise under another key', async () => {
      const at = await place()
      let store = await at.open()
      const id = new Uint8Array(32).fill(1)
      const blind = store.blind(id)
      expect(blind.byteLength).to.equal(16)
      expect(store.blind(id, Uint8Array.of())).to.not.deep.equal(blind)
      expect(store.blind(Uint8Array.of(1, 2), Uint8Array.of(3))).to.not.deep.equal(store.blind(Uint8Array.of(1), Uint8Array.of(2, 3)))
      await store.close()
      store = await at.open()
      expect(store.blind(id)).to.deep.equal(blind)
      await store.close()
      const other = await (await place()).open({ dataKey: new Uint8Array(32).fill(8) })
      expect(other.blind(id)).to.not.deep.equal(blind)
      await other.close()
    })

    it('REST-7: opens a store of another profile, of another program, or an empty one only to say so', async () => {
      const ours = await place()
      await (await ours.open()).close()
      const foreign = await failure(ours.open({ dataKey: new Uint8Array(32).fill(9) }))
      expect(foreign.code).to.equal('STORE_FOREIGN')
      expect(foreign.hint).to.include('nothing was changed')
      const program = await place()
      await program.putRaw(bytes('some'), bytes('thing'))
      expect((await failure(program.open())).code).to.equal('STORE_FOREIGN')
      const empty = await place()
      expect((await failure(empty.open({ create: false }))).code).to.equal('STORE_DAMAGED')
      await (await ours.open({ create: false })).close()
    })

    it('REST-6: runs the missing migrations once, in order, and again from the start after a crash in the middle', async () => {
      const at = await place()
      const store = await at.open({ migrations: [] })
      await store.batch([{ type: 'put', key: log(1), value: Uint8Array.of(1) }])
      await store.close()
      const ran: number[] = []
      let crash = true
      const known: Migration[] = [
        { number: 2, run: async function * (store) { ran.push(2); yield [{ type: 'put', key: log(2), value: await store.get(log(1)) ?? Uint8Array.of(0) }] } },
        {
          number: 3,
          run: async function * () {
            ran.push(3)
            yield [{ type: 'put', key: log(3), value: Uint8Array.of(3) }]
            if (crash) throw new Error('the power went')
            yield [{ type: 'del', key: log(1) }]
          }
        }
      ]
      await failure(at.open({ migrations: known }))
      crash = false
      const after = await at.open({ migrations: known })
      expect(ran).to.deep.equal([2, 3, 3])
      expect(await collect(after, keyRange(tables.log))).to.deep.equal([1, 3])
      await after.close()
      await (await at.open({ migrations: known })).close()
      expect(ran).to.deep.equal([2, 3, 3])
    })

    it('REST-6: leaves a store that a newer version wrote as it is', async () => {
      const at = await place()
      await (await at.open({ migrations: [{ number: 2, run: async function * () {} }] })).close()
      const before = await at.raw()
      const error = await failure(at.open({ migrations: [] }))
      expect(error.code).to.equal('STORE_NEWER')
      expect(error.hint).to.include('update')
      expect(await at.raw()).to.deep.equal(before)
    })
  })
}
