// Writes batches of three entries each for as long as it lives, four callers at once; a line per batch that is confirmed or refused.
import { StoreError } from '../../src/errors.ts'
import { key, openStore, tables } from '../../src/store/index.ts'

const [location = '', size = '100', count = 'Infinity'] = process.argv.slice(2)
const store = await openStore({ location, dataKey: new Uint8Array(32).fill(7) })
let next = 0

async function caller (): Promise<void> {
  while (next < Number(count)) {
    const n = next++
    const value = crypto.getRandomValues(new Uint8Array(Number(size)))
    new DataView(value.buffer).setUint32(0, n)
    try {
      await store.batch([tables.log, tables.held, tables.outbox].map(table => ({ type: 'put', key: key(table, n), value })))
      process.stdout.write(`written ${n}\n`)
    } catch (error) {
      process.stdout.write(`refused ${n} ${error instanceof StoreError ? error.code : String(error)}\n`)
    }
  }
}

await Promise.all([caller(), caller(), caller(), caller()])
await store.close()
