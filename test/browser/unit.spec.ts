import { expect } from 'chai'
import { openBrowser } from '../support/chromium.ts'
import { openSite } from '../support/site.ts'
import type { Browser } from '../support/chromium.ts'
import type { Site } from '../support/site.ts'
import type { Result, Units } from './unit/unit.ts'

declare const units: Units

/** Pages that run specs at a time: most of them wait more than they work. */
const PAGES = 4
/** Spec files of one page. */
const CHUNK = 6
/** These take long, and begin first. */
const LONG = /contacts\.spec|several\.spec|crash\.spec|delivery\.spec|conversations\.spec|repair\.spec|adversary\.spec|introduction\.spec|direct-link\.spec/

/** By how their full titles begin: what is left to Node, and why. */
const LEFT_TO_NODE: Readonly<Record<string, string>> = {
  'frame streams carry frames of any size both ways and in order over tcp': 'a page has no TCP',
  'frame streams make alice wait for bob, who reads slowly': 'a page has no TCP',
  'frame streams end for bob when alice vanishes': 'a page has no TCP',
  'frame streams from mallory that flood a reader who does not read': 'measures the memory of a process',
  'the test network lets alice and bob meet over tcp': 'a page has no TCP',
  'an adversary of introductions INT-11: who floods bob with a thousand requests': 'measures the CPU time of a process',
  'joining by Welcome SES-18: up to 24 devices come, go and renew at random': '20 s of arithmetic that is the same everywhere',
  'the log heals SYN-6: questions are answered within a budget': '10 s of arithmetic that is the same everywhere'
}

describe('the unit specs in Chromium', function () {
  this.timeout(240_000)
  let site: Site
  let browser: Browser

  before(async () => {
    site = await openSite(new URL('./unit', import.meta.url).pathname, new URL('./unit/vite.config.ts', import.meta.url).pathname)
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await site?.close()
  })

  async function runIn (names: string[]): Promise<Result> {
    const page = await browser.context.newPage()
    try {
      await page.goto(site.origin)
      return await page.evaluate(async ([names, without]) => units.run(names, without), [names, Object.keys(LEFT_TO_NODE)] as const)
    } finally {
      await page.close()
    }
  }

  it('hold in a page as they hold in Node, but for those that need Node', async () => {
    const page = await browser.context.newPage()
    await page.goto(site.origin)
    const names = await page.evaluate(() => units.names())
    await page.close()
    const short = names.filter(name => !LONG.test(name))
    const chunks = [...names.filter(name => LONG.test(name)).map(name => [name]), ...Array.from({ length: Math.ceil(short.length / CHUNK) }, (_, i) => short.slice(i * CHUNK, (i + 1) * CHUNK))]
    const results: Result[] = []
    await Promise.all(Array.from({ length: PAGES }, async () => {
      for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) results.push(await runIn(chunk))
    }))
    const failed = results.flatMap(result => result.failed.map(({ title, error }) => `${title}\n${error}`))
    const left = results.flatMap(result => result.left)
    const passed = results.reduce((sum, result) => sum + result.passed, 0)
    console.error(`    in Chromium: ${passed} passed, ${left.length} left to Node, ${names.length} files`)
    for (const title of results.flatMap(result => result.again)) console.error(`    a second try: ${title}`)
    if (process.env.SOTTO_SLOW !== undefined) console.error(results.flatMap(result => result.slowest).join('\n'))
    expect(failed.join('\n\n')).to.equal('')
    for (const beginning of Object.keys(LEFT_TO_NODE)) expect(left.some(title => title.startsWith(beginning)), `${beginning}: is there no such test any more?`).to.equal(true)
    expect(passed).to.be.above(300)
  })
})
