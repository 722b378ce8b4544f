/** Builds the page where a checkout has none yet, or what it is made of has changed since: with progress, by the script that everybody else uses. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { NodeError, UsageError } from '@sotto/node/errors'
import { hasSite } from './site.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..')
const SCRIPT = 'build:web'
/** What the page is made of. */
const SOURCES = ['package-lock.json', 'packages/node/src', 'packages/web', 'protocols']
/** What lies between them. */
const BESIDE = /^(dist|node_modules|test)$|\.(md|tsbuildinfo)$|\.spec\.ts$/
/** What a failed build said last, characters: enough to see why. */
const TAIL = 2000

/** Where the build puts the page. */
export const SITE_DIRECTORY = join(root, 'packages/web/dist/site')

export interface BuildInit { signal: AbortSignal, onProgress: (line: string) => void }

/** The directory of the page, built first where it was not. @throws NodeError INTERNAL; UsageError ABORTED, BAD_ARGUMENT */
export async function ensureSite ({ signal, onProgress }: BuildInit): Promise<string> {
  const isCheckout = existsSync(join(root, 'packages/web/vite.config.ts'))
  const built = hasSite(SITE_DIRECTORY)
  if (built && !(isCheckout && isNewer(root, statSync(join(SITE_DIRECTORY, 'index.html')).mtimeMs))) return SITE_DIRECTORY
  if (!isCheckout) throw new UsageError('BAD_ARGUMENT', 'The page is not part of this installation.', { hint: 'Start without --web, or from a checkout after `npm ci`.' })
  onProgress(built ? 'Building the page anew, since its sources have changed (about a minute) …' : 'Building the page (once, about a minute) …')
  await run(signal)
  if (!hasSite(SITE_DIRECTORY)) throw new NodeError('INTERNAL', 'The page was built, and is not where it should be.', { hint: `Run \`npm run ${SCRIPT}\` to see why.` })
  return SITE_DIRECTORY
}

/** Whether one of the sources changed after that moment, Unix milliseconds. */
export function isNewer (checkout: string, since: number): boolean {
  const changed = (path: string): boolean => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isDirectory() === true) return readdirSync(path).some(name => !BESIDE.test(name) && changed(join(path, name)))
    return found !== undefined && found.mtimeMs > since
  }
  return SOURCES.some(source => changed(join(checkout, source)))
}

async function run (signal: AbortSignal): Promise<void> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  await new Promise<void>((resolve, reject) => {
    const child = spawn(npm, ['run', '--silent', SCRIPT], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], signal, windowsHide: true })
    let said = ''
    const listen = (chunk: Uint8Array): void => { said = (said + new TextDecoder().decode(chunk)).slice(-TAIL) }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('error', cause => {
      reject(signal.aborted ? new UsageError('ABORTED', 'Interrupted.') : new NodeError('INTERNAL', 'npm, which builds the page, could not be started.', { cause, hint: `Run \`npm run ${SCRIPT}\` yourself, then start again.` }))
    })
    child.once('close', code => {
      if (code === 0) resolve()
      else reject(new NodeError('INTERNAL', `The page could not be built: ${stripVTControlCharacters(said).trim()}`, { hint: 'Run `npm ci`, then start again; or start without the page: `npx sotto start`.' }))
    })
  })
}
