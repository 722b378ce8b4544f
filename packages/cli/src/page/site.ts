/** The built page, read once: what is served is what was there when the node started, whatever becomes of the files. */
import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LimitError } from '@sotto/node/errors'
import { typeOf } from './headers.ts'

export interface SiteFile { bytes: Uint8Array, type: string, etag: string, lasting: boolean }

/** By the path in the address, beginning with a slash. */
export type Site = ReadonlyMap<string, SiteFile>

/** Largest page, bytes: it lies in memory for as long as the node runs; a build has 3 MB. */
const MAX_SITE_BYTES = 32 * 1024 * 1024
const MAX_SITE_FILES = 2000
/** Vite names these by their content: they never change. */
const LASTING = '/assets/'

/** Whether a page was built there. */
export function hasSite (directory: string): boolean {
  return lstatSync(join(directory, 'index.html'), { throwIfNoEntry: false })?.isFile() === true
}

/** Plain files only: a link could lead anywhere. @throws LimitError LIMIT_EXCEEDED */
export function readSite (directory: string): Site {
  const site = new Map<string, SiteFile>()
  let size = 0
  const walk = (path: string): void => {
    for (const entry of readdirSync(join(directory, path), { withFileTypes: true })) {
      const name = `${path}/${entry.name}`
      if (entry.isDirectory()) walk(name)
      if (!entry.isFile()) continue
      const bytes = new Uint8Array(readFileSync(join(directory, name)))
      size += bytes.byteLength
      if (size > MAX_SITE_BYTES || site.size >= MAX_SITE_FILES) throw new LimitError('LIMIT_EXCEEDED', `the page in ${directory} is too large to be served`)
      site.set(name, { bytes, type: typeOf(name), etag: `"${createHash('sha256').update(bytes).digest('base64url')}"`, lasting: name.startsWith(LASTING) })
    }
  }
  walk('')
  return site
}
