/** Loaded before every test: nothing leaves loopback, and nothing that a test started may outlive it. */
import { appendFileSync } from 'node:fs'
import { relative } from 'node:path'

process.env.SOTTO_NETWORK = 'local'
process.env.SOTTO_LISTEN = '/ip4/127.0.0.1/tcp/0'
delete process.env.SOTTO_PROFILE
delete process.env.SOTTO_PASSPHRASE
delete process.env.SOTTO_BOOTSTRAP

/** Time for handles to close after the last test; well above what a node takes to stop, ms. */
const GRACE_MS = 15_000

/** Where run.ts wants to know how long each file took; the lanes of the next run are made of it. */
const times = process.env.SOTTO_TEST_TIMES
const spent = new Map<string, number>()
let last = performance.now()

export const mochaHooks = {
  afterEach (this: Mocha.Context): void {
    const file = relative(process.cwd(), this.currentTest?.file ?? '').replaceAll('\\', '/')
    const now = performance.now()
    spent.set(file, (spent.get(file) ?? 0) + now - last)
    last = now
  },

  afterAll (): void {
    if (times !== undefined) appendFileSync(times, `${JSON.stringify(Object.fromEntries([...spent].map(([file, ms]) => [file, Math.round(ms / 100) / 10])))}\n`)
    setTimeout(() => {
      console.error(`tests left something running: ${process.getActiveResourcesInfo().join(', ')}`)
      process.kill(process.pid, 'SIGTERM') // mocha's own exit handler would turn any code into its count of failures
    }, GRACE_MS).unref()
  }
}
