import { openStore } from '../../src/store/index.ts'
import { dataKey, storeCompliance } from './compliance.ts'
import { memoryDatabase } from './memory-store.ts'

storeCompliance('memory-level', async () => {
  const database = memoryDatabase()
  return {
    open: options => openStore({ database, dataKey, ...options }),
    raw: async () => {
      await database.open()
      return database.iterator().all()
    },
    putRaw: async (key, value) => {
      await database.open()
      await database.put(key, value)
      await database.close()
    }
  }
})
