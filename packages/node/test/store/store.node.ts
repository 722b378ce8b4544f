import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { cp, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Level } from 'level'
import { StoreError } from '../../src/errors.ts'
import { key, openStore, tables } from '../../src/store/index.ts'
import { inDirectory, runChild } from './child.ts'
import { dataKey, failure, storeCompliance } from './compliance.ts'
import type { Store } from '../../src/store/index.ts'

const made: string[] = []

storeCompliance('level', async () => {
  const location = mkdtempSync(join(tmpdir(), 'sotto-test-'))
  made.push(location)
  const withRaw = async <T>(use: (db: Level<Uint8Array, Uint8Array>) => Promise<T>): Promise<T> => {
    const db = new Level<Uint8Array, Uint8Array>(location, { keyEncoding: 'view', valueEncoding: 'view' })
    try {
      return await use(db)
    } finally {
      await db.close()
    }
  }
  return {
    open: options => openStore({ location, dataKey, ...options }),
    raw: () => withRaw(db => db.iterator().all()),
    putRaw: (key, value) => withRaw(db => db.put(key, value))
  }
})

const parts = [tables.log, tables.held, tables.outbox]

/** How many of the three entries of batch `n` are there, with the right content. */
async function partsOf (store: Store, n: number): Promise<number> {
  let found = 0
  for (const table of parts) {
    const value = await store.get(key(table, n))
    if (value === undefined) continue
    expect(new DataView(value.buffer, value.byteOffset).getUint32(0)).to.equal(n)
    found++
  }
  return found
}

describe('store on disk', function () {
  this.timeout(120_000)

  after(() => {
    for (const location of made) rmSync(location, { recursive: true, force: true })
  })

  it('REST-4: has every confirmed batch whole, and none in part, after kill -9 of the writer', async () => {
    await inDirectory(async location => {
      let confirmed = -1
      for (const stopAfter of [1, 60, 400, 1500]) {
        const written: number[] = []
        await runChild('writer', [location], (line, kill) => {
          const [, n] = /^written (\d+)$/.exec(line) ?? []
          if (n !== undefined) written.push(Number(n))
          if (written.length === stopAfter) kill()
        })
        expect(written.length).to.be.at.least(stopAfter)
        const store = await openStore({ location, dataKey, create: false })
        for (const n of written) expect(await partsOf(store, n), `batch ${n}`).to.equal(3)
        confirmed = Math.max(confirmed, ...written)
        for (let n = confirmed + 1; n < confirmed + 20; n++) expect(await partsOf(store, n), `batch ${n}`).to.be.oneOf([0, 3])
        await store.close()
      }
    })
  })

  it('REST-5: refuses a batch with STORE_FULL when the disk is full, has nothing of it later, and goes on', async function () {
    if (process.platform === 'win32') this.skip() // no ulimit there
    await inDirectory(async location => {
      const written: number[] = []
      const refused: number[] = []
      const codes = new Set<string>()
      // no file over 1 MiB may be written: the log of LevelDB meets that again and again
      const end = await runChild('writer', [location, '20000', '150'], line => {
        const [, what, n, code] = /^(written|refused) (\d+) ?(\w*)$/.exec(line) ?? []
        expect(what, line).to.be.oneOf(['written', 'refused'])
        if (what === 'written') written.push(Number(n))
        else {
          refused.push(Number(n))
          codes.add(code!)
        }
      }, 1024)
      expect(end.code, end.errors).to.equal(0)
      expect([...codes]).to.deep.equal(['STORE_FULL'])
      expect(Math.max(...written), 'the store goes on').to.be.greaterThan(Math.min(...refused))
      const store = await openStore({ location, dataKey, create: false })
      for (const n of written) expect(await partsOf(store, n), `batch ${n}`).to.equal(3)
      for (const n of refused) expect(await partsOf(store, n), `refused ${n}`).to.equal(0)
      await store.close()
    })
  })

  it('REST-2: shows no text, id or name in any file or file name', async () => {
    await inDirectory(async location => {
      const needles = ['meet me at the old mill', 'sotto1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0sclfn3q', 'alice'].map(text => new TextEncoder().encode(text))
      needles.push(Uint8Array.from({ length: 32 }, (_, i) => i * 7 + 3))
      let store = await openStore({ location, dataKey })
      for (let round = 0; round < 3; round++) { // each restart writes the log into a table
        await store.batch(needles.flatMap((needle, i) => [
          { type: 'put', key: key(tables.contacts, store.blind(needle)), value: needle },
          { type: 'put', key: key(tables.log, store.blind(needle), round * 10 + i), value: needle }
        ]))
        await store.close()
        store = await openStore({ location, dataKey })
      }
      await store.close()
      const names = await readdir(location)
      expect(names.some(name => name.endsWith('.ldb'))).to.equal(true)
      for (const name of names) {
        const content = await readFile(join(location, name))
        for (const needle of needles) expect(content.includes(Buffer.from(needle)) || name.includes(new TextDecoder().decode(needle)), name).to.equal(false)
      }
    })
  })

  it('REST-7: says of damaged files that they are damaged, or gives the right values, and never wrong ones', async () => {
    await inDirectory(async parent => {
      const intact = join(parent, 'intact')
      let store = await openStore({ location: intact, dataKey })
      const value = (n: number): Uint8Array => new Uint8Array(200).fill(n)
      await store.batch(Array.from({ length: 200 }, (_, n) => ({ type: 'put', key: key(tables.log, n), value: value(n) })))
      await store.close()
      store = await openStore({ location: intact, dataKey }) // the log becomes a table
      await store.close()
      let refused = 0
      for (const name of await readdir(intact)) {
        if (name === 'LOCK') continue
        for (const damage of ['cut', 'flip']) {
          const location = join(parent, `${name}-${damage}`)
          await cp(intact, location, { recursive: true })
          const path = join(location, name)
          const content = await readFile(path)
          if (damage === 'cut') await truncate(path, Math.floor(content.byteLength / 2))
          else {
            for (let i = 10; i < content.byteLength; i += 97) content[i]! ^= 0x55
            await writeFile(path, content)
          }
          try {
            store = await openStore({ location, dataKey, create: false })
            try {
              for (let n = 0; n < 200; n++) {
                const found = await store.get(key(tables.log, n))
                if (found !== undefined) expect(found).to.deep.equal(value(n))
              }
            } finally {
              await store.close()
            }
          } catch (error) {
            expect(error, `${name} ${damage}`).to.be.instanceOf(StoreError)
            expect((error as StoreError).code, `${name} ${damage}: ${String((error as StoreError).cause)}`).to.equal('STORE_DAMAGED')
            refused++
          }
        }
      }
      expect(refused).to.be.at.least(4)
    })
  })

  it('lets no second opener in while one has it', async () => {
    await inDirectory(async location => {
      const store = await openStore({ location, dataKey })
      const error = await failure(openStore({ location, dataKey }))
      expect(error.code).to.equal('PROFILE_IN_USE')
      await store.batch([{ type: 'put', key: key(tables.log, 1), value: new Uint8Array(1) }])
      await store.close()
      await (await openStore({ location, dataKey })).close()
    })
  })
})
