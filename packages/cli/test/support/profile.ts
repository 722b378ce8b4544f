import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory for one test; `remove` ends it. */
export function temporaryDirectory (): { path: string, remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'sotto-cli-'))
  return { path, remove: () => { rmSync(path, { recursive: true, force: true }) } }
}
