/** What a new person's tab fetches before there is anybody to talk to: onboarding, the empty list, a node that is connected. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { servePage } from '../../packages/cli/src/page/server.ts'
import { readSite } from '../../packages/cli/src/page/site.ts'
import { Person } from '../support/actors.ts'
import { openBrowser } from '../support/chromium.ts'
import { House } from '../support/process.ts'
import { FOR_PAGES, pageAddresses } from '../support/tab.ts'
import { buildSite } from '../support/site.ts'
import type { PageServer } from '../../packages/cli/src/page/server.ts'
import type { Browser } from '../support/chromium.ts'

const WEB = new URL('../../packages/web', import.meta.url).pathname
/** Of all code that was asked for until the tab was connected, each file gzipped, bytes. */
const MAX_BYTES = 460_000

describe('the code that a tab loads', function () {
  this.timeout(60_000)
  let directory: string
  let house: House
  let server: PageServer
  let browser: Browser

  before(async () => {
    directory = await buildSite(WEB)
    house = await House.open()
    const bob = new Person(house, 'bob')
    await bob.start([], FOR_PAGES)
    const addresses = pageAddresses(bob.ready.addresses)
    server = await servePage({ site: readSite(directory), name: 'test', port: 0, facts: () => ({ revision: 1, network: 'local', peerId: bob.ready.peerId, addresses }) })
    browser = await openBrowser()
  })
  after(async () => {
    await browser.close()
    await server.close()
    await house.close()
    await rm(directory, { recursive: true, force: true })
  })

  it('stays within its budget until there is an empty list and the node is connected', async () => {
    const page = await browser.context.newPage()
    await page.goto(server.plainAddress)
    await page.getByLabel('Your name').fill('Alice')
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByText('I have written it down').click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.locator('.link-state .dot.good, .link-state .dot.fair').first().waitFor()
    const asked = await page.evaluate(() => {
      const connected = performance.getEntriesByName('sotto:connected')[0]?.startTime ?? NaN
      return performance.getEntriesByType('resource').map(({ name, startTime }) => ({ path: new URL(name).pathname, later: startTime > connected })).filter(({ path }) => path.endsWith('.js'))
    })
    const sizes = await Promise.all(asked.map(async ({ path, later }) => ({ later, size: gzipSync(await readFile(join(directory, path)), { level: 9 }).byteLength })))
    const total = (all: typeof sizes): number => all.reduce((sum, { size }) => sum + size, 0)
    const before = sizes.filter(({ later }) => !later)
    console.error(`    JavaScript until connected: ${Math.round(total(before) / 1000)} kB gzip in ${before.length} files; ${Math.round((total(sizes) - total(before)) / 1000)} kB by when the list says so`)
    expect(before.length).to.be.greaterThan(1)
    expect(total(before)).to.be.below(MAX_BYTES)
  })
})
