/** Finds a Chromium to test with, or gets one, and opens pages in fresh profiles that touch nothing but loopback. */
import { execFile, spawnSync } from 'node:child_process'
import { access, constants, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { env, getuid, platform } from 'node:process'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { PATIENCE_MS } from './patience.ts'
import type { BrowserContext } from 'playwright-core'

export interface Found {
  path: string
  /** in words: where it comes from */
  how: string
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
const PLACES = platform === 'darwin' ? ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'] : []
/** A package of 100 MB by a slow line. */
const INSTALL_MS = 10 * 60 * 1000

/** Loopback only: no name is looked up, and no media, update or account service is asked. */
const FLAGS = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-default-apps', '--disable-domain-reliability', '--no-pings', '--metrics-recording-only',
  '--disable-features=OptimizationHints,MediaRouter,Translate,CertificateTransparencyComponentUpdater,NetworkTimeServiceQuerying',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  // WebRTC between pages of this machine, without a packet that leaves it
  '--allow-loopback-in-peer-connection',
  '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--autoplay-policy=no-user-gesture-required'
]

async function isExecutable (path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(() => true, () => false)
}

async function onPath (): Promise<Found | undefined> {
  const directories = (env.PATH ?? '').split(delimiter)
  for (const path of [...NAMES.flatMap(name => directories.map(directory => join(directory, name))), ...PLACES]) {
    if (await isExecutable(path)) return { path, how: 'found on this machine' }
  }
  return undefined
}

async function byDebian (): Promise<Found | undefined> {
  if (platform !== 'linux' || getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return undefined
  const run = promisify(execFile)
  const options = { timeout: INSTALL_MS, env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } }
  try {
    await run('apt-get', ['update'], options)
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options)
  } catch {
    return undefined // another way may still work
  }
  const found = await onPath()
  return found === undefined ? undefined : { ...found, how: 'installed from the package of the distribution' }
}

async function byPlaywright (): Promise<Found | undefined> {
  const path = chromium.executablePath()
  if (path !== '' && await isExecutable(path)) return { path, how: 'downloaded by Playwright before' }
  try {
    await promisify(execFile)(process.execPath, [createRequire(import.meta.url).resolve('playwright-core/cli.js'), 'install', 'chromium'], { timeout: INSTALL_MS })
  } catch {
    return undefined // no network, or not this system
  }
  return await isExecutable(path) ? { path, how: 'downloaded by Playwright' } : undefined
}

async function find (): Promise<Found> {
  const given = env.SOTTO_CHROMIUM
  if (given !== undefined) {
    if (await isExecutable(given)) return { path: given, how: 'named by SOTTO_CHROMIUM' }
    throw new Error(`SOTTO_CHROMIUM names ${given}, which cannot be run`)
  }
  const found = await onPath() ?? await byDebian() ?? await byPlaywright()
  if (found === undefined) throw new Error('no Chrome or Chromium here, and none could be had: install one, or name one in SOTTO_CHROMIUM')
  return found
}

let finding: Promise<Found> | undefined

/** Which Chromium the tests use; says so once. */
export async function findChromium (): Promise<Found> {
  finding ??= find().then(found => {
    console.error(`    Chromium: ${found.path}, ${found.how}`)
    return found
  })
  return finding
}

export interface Browser {
  readonly context: BrowserContext
  /** Ends it as power does: nothing is told to its pages. The profile stays. */
  kill (): Promise<void>
  close (): Promise<void>
}

export interface BrowserInit {
  /** Default: a fresh one, removed with the browser. */
  profile?: string
  flags?: readonly string[]
}

/** A headless Chromium with a profile of its own: two of them are two computers. */
export async function openBrowser ({ profile, flags = [] }: BrowserInit = {}): Promise<Browser> {
  const { path } = await findChromium()
  const directory = profile ?? await mkdtemp(join(tmpdir(), 'sotto-chromium-'))
  const context = await chromium.launchPersistentContext(directory, {
    executablePath: path,
    headless: true,
    chromiumSandbox: getuid?.() !== 0,
    args: [...FLAGS, ...flags],
    permissions: ['microphone'] // without it ICE hides loopback
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const remove = async (): Promise<void> => {
    if (profile === undefined) await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }
  const close = async (): Promise<void> => {
    await context.close()
    await remove()
  }
  return {
    context,
    close,
    kill: async () => {
      const session = await context.browser()?.newBrowserCDPSession()
      await session?.send('Browser.crash').catch(() => {}) // it is gone before it answers
      await context.close().catch(() => {}) // already gone
      await remove()
    }
  }
}
