/** Opens the database under the store. */
import { Level } from 'level'
import { platform } from '#platform'
import { explainStoreError } from './database.ts'
import { PageDatabase } from './page-database.ts'
import type { Database } from './database.ts'
import type { PageLevel } from './page-database.ts'

/** Opens LevelDB in the directory `location`, or in a page that part of the profile's IndexedDB. The values are sealed: compressing them is in vain. */
export async function openLevel (location: string, create: boolean): Promise<Database> {
  const { name, prefix } = platform.databaseName(location)
  const options = { keyEncoding: 'view', valueEncoding: 'view', compression: false, createIfMissing: create, prefix }
  const make = (): Level<Uint8Array, Uint8Array> => new Level<Uint8Array, Uint8Array>(name, options)
  const database = platform.name === 'browser' ? new PageDatabase(() => make() as unknown as PageLevel, location, create) : make()
  try {
    await database.open()
  } catch (error) {
    throw explainStoreError(error)
  }
  return database
}
