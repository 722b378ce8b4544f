import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Runs `use` with a directory that is gone afterwards. */
export async function inDirectory<T> (use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-test-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/**
 * Runs a child of this folder as a real process and hands its lines to `onLine` until it ends; `kill` ends it as a power
 * cut would. `limitKiB`: the largest file that it may write.
 */
export async function runChild (name: string, args: string[], onLine: (line: string, kill: () => void) => void, limitKiB?: number): Promise<{ code: number | null, signal: string | null, errors: string }> {
  const flags = ['--conditions=source', '--experimental-transform-types', '--disable-warning=ExperimentalWarning', fileURLToPath(new URL(`./${name}.child.ts`, import.meta.url)), ...args]
  const child = limitKiB === undefined
    ? spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn('bash', ['-c', `ulimit -f ${limitKiB}; exec "$0" "$@"`, process.execPath, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', chunk => { errors += String(chunk) })
  const ended = new Promise<{ code: number | null, signal: string | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  for await (const line of createInterface(child.stdout)) onLine(line, () => child.kill('SIGKILL'))
  return { ...await ended, errors }
}
