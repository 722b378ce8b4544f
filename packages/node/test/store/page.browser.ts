import { expect } from 'chai'
import { createProfile, openProfile, openStore, removeProfile, profileExists } from '../../src/store/index.ts'
import { openLevel } from '../../src/store/open-level.ts'
import { key, keyRange, tables } from '../../src/store/keys.ts'
import { dataKey, failure, storeCompliance } from './compliance.ts'

const log = (number: number): Uint8Array => key(tables.log, number)
let places = 0

storeCompliance('IndexedDB', async () => {
  const location = `place-${places++}/store`
  return {
    open: options => openStore({ location, dataKey, ...options }),
    raw: async () => {
      const database = await openLevel(location, true)
      const entries: Array<[Uint8Array, Uint8Array]> = []
      for await (const entry of database.iterator({})) entries.push(entry)
      await database.close()
      return entries
    },
    putRaw: async (key, value) => {
      const database = await openLevel(location, true)
      await database.batch([{ type: 'put', key, value }], {})
      await database.close()
    }
  }
})

describe('the database of a page', () => {
  it('shows a range as it was, whatever is written meanwhile: forwards, backwards, over many reads, with bounds and limits', async () => {
    const store = await openStore({ location: `place-${places++}/store`, dataKey })
    await store.batch(Array.from({ length: 400 }, (_, i) => ({ type: 'put', key: log(2 * i), value: Uint8Array.of(1) })))
    const numbersOf = async (range: Parameters<typeof store.range>[0], disturb: (seen: number) => Promise<void>): Promise<number[]> => {
      const numbers: number[] = []
      for await (const { key, value } of store.range(range)) {
        expect(value).to.deep.equal(Uint8Array.of(1))
        numbers.push(new DataView(key.buffer, key.byteOffset).getUint32(5))
        await disturb(numbers.length)
      }
      return numbers
    }
    // what stands before and behind the reader is replaced, removed and added
    const disturb = (salt: number) => async (seen: number): Promise<void> => {
      if (seen % 50 !== 1) return
      await store.batch([
        { type: 'del', key: log(2 * ((seen * 7 + salt) % 400)) },
        { type: 'put', key: log(2 * ((seen * 13 + salt) % 400)), value: Uint8Array.of(2) },
        { type: 'put', key: log(2 * ((seen * 3 + salt) % 400) + 1), value: Uint8Array.of(2) }
      ])
    }
    const restore = async (): Promise<void> => {
      await store.batch(Array.from({ length: 400 }, (_, i) => [{ type: 'put', key: log(2 * i), value: Uint8Array.of(1) }, { type: 'del', key: log(2 * i + 1) }] as const).flat())
    }
    const even = Array.from({ length: 400 }, (_, i) => 2 * i)
    expect(await numbersOf(keyRange(tables.log), disturb(1))).to.deep.equal(even)
    await restore()
    expect(await numbersOf({ ...keyRange(tables.log), reverse: true }, disturb(2))).to.deep.equal(even.toReversed())
    await restore()
    expect(await numbersOf({ gt: log(100), lte: log(700), limit: 250 }, disturb(3))).to.deep.equal(even.filter(n => n > 100 && n <= 700).slice(0, 250))
    await restore()
    expect(await numbersOf({ gte: log(100), lt: log(700), limit: 250, reverse: true }, disturb(4))).to.deep.equal(even.filter(n => n >= 100 && n < 700).toReversed().slice(0, 250))
    await store.close()
  })

  it('answers what is asked for in one tick by few transactions, each as it is alone', async () => {
    let begun = 0
    const begin = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      begun++
      return begin.call(this, stores, mode, options)
    }
    const store = await openStore({ location: `place-${places++}/store`, dataKey })
    await store.batch(Array.from({ length: 200 }, (_, i) => ({ type: 'put', key: log(2 * i), value: Uint8Array.of(i) })))
    const all = async (range: Parameters<typeof store.range>[0]): Promise<number[]> => {
      const values: number[] = []
      for await (const { value } of store.range(range)) values.push(value[0] ?? -1)
      return values
    }
    try {
      begun = 0
      const [numbers, empty, few, upper, most] = await Promise.all([
        Promise.all(Array.from({ length: 400 }, async (_, i) => (await store.get(log(i)))?.[0])),
        Promise.all(Array.from({ length: 100 }, async (_, i) => all({ gt: log(2 * i), lt: log(2 * i + 2) }))),
        all({ gte: log(10), lt: log(100), limit: 3 }),
        all({ lte: log(4) }),
        all({ gt: log(0), lt: log(400) })
      ])
      expect(numbers).to.deep.equal(Array.from({ length: 400 }, (_, i) => i % 2 === 0 ? i / 2 : undefined))
      expect(empty).to.deep.equal(Array.from({ length: 100 }, () => []))
      expect(few).to.deep.equal([5, 6, 7])
      expect(upper.slice(-3)).to.deep.equal([0, 1, 2])
      expect(most).to.deep.equal(Array.from({ length: 199 }, (_, i) => i + 1))
      expect(await all({ gte: log(10), lt: log(4) })).to.deep.equal([])
      expect(begun).to.be.within(1, 20)
    } finally {
      IDBDatabase.prototype.transaction = begin
    }
    await store.close()
    expect((await failure(Promise.all([store.get(log(0)), store.get(log(2))]))).code).to.equal('STORE_CLOSED')
  })

  it('one read that the browser cannot do spoils no other', async () => {
    const location = `place-${places++}/store`
    const store = await openStore({ location, dataKey })
    await store.batch([{ type: 'put', key: log(1), value: Uint8Array.of(1) }])
    await store.close()
    const database = await openLevel(location, true)
    const get = IDBObjectStore.prototype.get
    IDBObjectStore.prototype.get = function (key) {
      const which = (key as Uint8Array)[8]
      if (which === 3) throw new Error('the browser refuses to begin')
      const request = get.call(this, key)
      // it fails, as does one whose value the disk lost
      if (which === 2) {
        request.addEventListener('success', event => {
          event.stopImmediatePropagation()
          request.dispatchEvent(new Event('error', { bubbles: true, cancelable: true }))
        })
      }
      return request
    }
    try {
      const ends = await Promise.allSettled([1, 2, 3, 1].map(async n => database.get(log(n))))
      expect(ends.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
      expect(await Promise.allSettled([3, 3].map(async n => database.get(log(n))))).to.have.nested.property('[1].status', 'rejected')
    } finally {
      IDBObjectStore.prototype.get = get
      await database.close()
    }
  })

  it('a transaction that the browser gives up is told to all who read in it, and the next reads go on', async () => {
    const location = `place-${places++}/store`
    const store = await openStore({ location, dataKey })
    await store.batch(Array.from({ length: 100 }, (_, i) => ({ type: 'put', key: log(i), value: Uint8Array.of(i) })))
    await store.close()
    let aborts = false
    const begin = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      const transaction = begin.call(this, stores, mode, options)
      if (aborts) queueMicrotask(() => { transaction.abort() })
      return transaction
    }
    const database = await openLevel(location, true)
    const all = async (): Promise<number> => {
      let count = 0
      for await (const [key] of database.iterator({ gte: log(0), lt: log(100) })) count += Number(key.length > 0)
      return count
    }
    try {
      aborts = true
      const ends = await Promise.allSettled([...[1, 2, 3].map(async n => database.get(log(n))), all()])
      expect(new Set(ends.map(({ status }) => status))).to.deep.equal(new Set(['rejected']))
    } finally {
      aborts = false
      IDBDatabase.prototype.transaction = begin
    }
    expect(await database.get(log(1))).not.to.equal(undefined)
    expect(await all()).to.equal(100)
    // what was asked for in the tick in which it is closed is answered or refused, and waits for nothing
    const late = Promise.allSettled([database.get(log(1)), all()])
    await database.close()
    await late
  })

  it('REST-4: asks for strict durability in everything that it writes', async () => {
    const asked: Array<string | undefined> = []
    const begin = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      if (mode === 'readwrite') asked.push(options?.durability)
      return begin.call(this, stores, mode, options)
    }
    try {
      const profile = await createProfile({ profile: `place-${places++}`, fill: store => store.batch([{ type: 'put', key: log(1), value: Uint8Array.of(1) }]) })
      await profile.store.batch([{ type: 'put', key: log(2), value: Uint8Array.of(1) }])
      await profile.close()
    } finally {
      IDBDatabase.prototype.transaction = begin
    }
    expect(asked.length).to.be.above(3)
    expect(new Set(asked)).to.deep.equal(new Set(['strict']))
  })

  it('REST-10: is open once at a time, and free again when it is closed', async () => {
    const location = `place-${places++}/store`
    const store = await openStore({ location, dataKey })
    expect((await failure(openStore({ location, dataKey }))).code).to.equal('PROFILE_IN_USE')
    await store.close()
    await (await openStore({ location, dataKey })).close()
  })

  it('REST-7: a profile that was wiped while it was open is not begun anew behind its back', async () => {
    const profile = `place-${places++}`
    const made = await createProfile({ profile, fill: store => store.batch([{ type: 'put', key: log(1), value: Uint8Array.of(1) }]) })
    await new Promise(resolve => { indexedDB.deleteDatabase(`sotto:${profile}/store`).onsuccess = resolve })
    expect((await failure(made.store.batch([{ type: 'put', key: log(2), value: Uint8Array.of(1) }]))).name).to.equal('StoreError')
    expect(made.store.failed.aborted).to.equal(true)
    await made.close().catch(() => {})
    expect(await profileExists(profile)).to.equal(false)
  })
})

describe('the profile of a page', () => {
  const fill = { fill: async (store: { batch (ops: Array<{ type: 'put', key: Uint8Array, value: Uint8Array }>): Promise<void> }) => store.batch([{ type: 'put', key: log(1), value: Uint8Array.of(1) }]) }
  const argon2 = { memory: 64, passes: 1, lanes: 1 }

  it('REST-12: without a passphrase its key is sealed under one that the browser gives to no script', async () => {
    const profile = `place-${places++}`
    const made = await createProfile({ profile, ...fill })
    expect(made.atRest).to.equal('browser')
    await made.close()
    const database = await new Promise<IDBDatabase>(resolve => {
      const request = indexedDB.open(`sotto:${profile}/store`)
      request.onsuccess = () => { resolve(request.result) }
    })
    const kept = await new Promise<CryptoKey>(resolve => {
      const request = database.transaction('keys').objectStore('keys').get('own')
      request.onsuccess = () => { resolve(request.result as CryptoKey) }
    })
    database.close()
    expect(kept.extractable).to.equal(false)
    expect(await crypto.subtle.exportKey('raw', kept).then(() => 'out', () => 'kept')).to.equal('kept')
    const again = await openProfile({ profile })
    expect(await again.store.get(log(1))).to.deep.equal(Uint8Array.of(1))
    await again.close()
  })

  it('opens with its passphrase and with no other, and says which it needs', async () => {
    const profile = `place-${places++}`
    const made = await createProfile({ profile, passphrase: 'a long walk', argon2, ...fill })
    expect(made.atRest).to.equal('passphrase')
    await made.close()
    expect((await failure(openProfile({ profile }))).code).to.equal('PASSPHRASE_REQUIRED')
    expect((await failure(openProfile({ profile, passphrase: 'a short walk' }))).code).to.equal('WRONG_PASSPHRASE')
    await (await openProfile({ profile, passphrase: 'a long walk' })).close()
  })

  it('is erased for good, and not while it is open', async () => {
    const profile = `place-${places++}`
    const made = await createProfile({ profile, ...fill })
    expect((await failure(removeProfile({ profile }))).code).to.equal('PROFILE_IN_USE')
    await made.close()
    await removeProfile({ profile })
    expect(await profileExists(profile)).to.equal(false)
    expect((await indexedDB.databases()).filter(({ name }) => name === `sotto:${profile}/store`)).to.deep.equal([])
  })
})
