import { MemoryLevel } from 'memory-level'
import { openStore } from '../../src/store/index.ts'
import type { Store } from '../../src/store/index.ts'

/** A level database in memory; it keeps its content over close and open, for tests that restart a part. */
export function memoryDatabase (): MemoryLevel<Uint8Array, Uint8Array> {
  return new MemoryLevel<Uint8Array, Uint8Array>({ keyEncoding: 'view', valueEncoding: 'view', storeEncoding: 'view' })
}

/** A real encrypted store over memory-level. */
export async function memoryStore (database = memoryDatabase(), dataKey = new Uint8Array(32).fill(7)): Promise<Store> {
  return openStore({ database, dataKey })
}
