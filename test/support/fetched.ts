/** What a new person's tab fetches before there is anybody to talk to: onboarding, the empty list, a node that is connected. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { servePage } from '../../packages/cli/src/page/server.ts'
import { readSite } from '../../packages/cli/src/page/site.ts'
import { openBrowser } from './chromium.ts'
import { buildSite } from './site.ts'
import { pageAddresses } from './tab.ts'
import type { Person } from './actors.ts'

/** Longer than any part waits before it is loaded by itself, ms. */
const QUIET_MS = 2000

/** Bytes of scripts, each file gzipped. `later`: asked for after the tab was connected, until nothing more came for QUIET_MS. */
export interface Fetched { files: number, until: number, later: number }

/** Builds the app, serves it as the node of `person` does, and goes through onboarding in a fresh profile. */
export async function fetchedUntilConnected ({ ready }: Person): Promise<Fetched> {
  const directory = await buildSite(new URL('../../packages/web', import.meta.url).pathname)
  const facts = { revision: 1 as const, network: 'local' as const, peerId: ready.peerId, addresses: pageAddresses(ready.addresses) }
  const server = await servePage({ site: readSite(directory), name: 'test', port: 0, facts: () => facts })
  const browser = await openBrowser()
  try {
    const page = await browser.context.newPage()
    await page.goto(server.plainAddress)
    await page.getByLabel('Your name').fill('Alice')
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByText('I have written it down').click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.locator('.link-state .dot.good, .link-state .dot.fair').first().waitFor()
    // what comes by itself once it is connected
    await page.waitForFunction(quiet => {
      const connected = performance.getEntriesByName('sotto:connected')[0]?.startTime ?? Infinity
      const scripts = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')) as PerformanceResourceTiming[]
      return performance.now() - Math.max(connected, ...scripts.map(({ responseEnd }) => responseEnd)) > quiet
    }, QUIET_MS)
    const asked = await page.evaluate(() => {
      const connected = performance.getEntriesByName('sotto:connected')[0]?.startTime ?? NaN
      return performance.getEntriesByType('resource').map(({ name, startTime }) => ({ path: new URL(name).pathname, later: startTime > connected })).filter(({ path }) => path.endsWith('.js'))
    })
    const sizes = await Promise.all(asked.map(async ({ path, later }) => ({ later, size: gzipSync(await readFile(join(directory, path)), { level: 9 }).byteLength })))
    const total = (all: typeof sizes): number => all.reduce((sum, { size }) => sum + size, 0)
    const [until, later] = [sizes.filter(one => !one.later), sizes.filter(one => one.later)]
    return { files: until.length, until: total(until), later: total(later) }
  } finally {
    await browser.close()
    await server.close()
    await rm(directory, { recursive: true, force: true })
  }
}
