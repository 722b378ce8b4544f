/**
 * Name and port of the profile's page: drawn once and kept, because a browser files what it stores under both. Another origin
 * would be another, empty device.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '@sotto/node/errors'
import { refusedBySystem } from '../system.ts'

export interface PagePlace { name: string, port: number }

const FILE = 'page.json'
const VERSION = 1

function validate (value: unknown): PagePlace | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { version, name, port } = value as Record<string, unknown>
  if (version !== VERSION || typeof name !== 'string' || !/^[0-9a-f]{16}$/.test(name)) return undefined
  return typeof port === 'number' && Number.isInteger(port) && port >= 0 && port < 2 ** 16 ? { name, port } : undefined
}

/** A new name, and any port, where there was no page yet. @throws StoreError STORE_DAMAGED */
export function readPagePlace (profile: string): PagePlace {
  const path = join(profile, FILE)
  let place: PagePlace | undefined
  try {
    place = validate(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { name: randomBytes(8).toString('hex'), port: 0 }
  }
  if (place === undefined) throw new StoreError('STORE_DAMAGED', `${path} is damaged.`, { hint: 'Delete this file; the page gets another address, and is a new device there.' })
  return place
}

export function writePagePlace (profile: string, place: PagePlace): void {
  const path = join(profile, FILE)
  try {
    writeFileSync(`${path}.new`, `${JSON.stringify({ version: VERSION, ...place })}\n`, { mode: 0o600, flush: true })
    renameSync(`${path}.new`, path)
  } catch (error) {
    throw refusedBySystem(error, `${path} cannot be written.`)
  }
}
