/** Numbered changes of what the store holds. Spec: protocols/conventions.md REST-6. */
import { StoreError } from '../errors.ts'
import { key, tables } from './keys.ts'
import type { Store, StoreOp } from './index.ts'

export interface Migration {
  /** The schema that it leads to: one above the schema it starts from. */
  number: number
  /**
   * Yields batches, each applied before the next is asked for. A crash between two of them runs the whole migration
   * again: it must lead to the same result from any of its own intermediate states.
   */
  run (store: Store): AsyncIterable<StoreOp[]>
}

/** The schema of the first release: a store without migrations. */
export const FIRST_SCHEMA = 1

/** All migrations, ascending, without gaps. Never edited once released, only appended to. */
export const migrations: readonly Migration[] = []

export const schemaKey = key(tables.meta)

/** A schema number as the value in the meta table: 4 bytes, big-endian. */
export function encodeSchema (number: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}

export function decodeSchema (bytes: Uint8Array): number | undefined {
  return bytes.byteLength === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) : undefined
}

/** The schema that these migrations lead to. */
export function latestSchema (known: readonly Migration[]): number {
  return known.at(-1)?.number ?? FIRST_SCHEMA
}

/** Runs what is missing above `schema`. @throws StoreError STORE_NEWER where the store is ahead of this program: nothing is changed */
export async function migrate (store: Store, schema: number, known: readonly Migration[]): Promise<void> {
  if (schema > latestSchema(known)) {
    throw new StoreError('STORE_NEWER', 'a newer version of Sotto wrote this profile', { hint: 'update Sotto, then open the profile again; nothing was changed' })
  }
  for (const migration of known) {
    if (migration.number <= schema) continue
    for await (const ops of migration.run(store)) await store.batch(ops)
    await store.batch([{ type: 'put', key: schemaKey, value: encodeSchema(migration.number) }])
  }
}
