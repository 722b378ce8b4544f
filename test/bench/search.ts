/** `npm run bench:search [messages]`: a page searches a long history, in one conversation and in all; and how long its tasks are meanwhile. */
import { loadavg } from 'node:os'
import { argv } from 'node:process'
import { openBrowser } from '../support/chromium.ts'
import { openSite } from '../support/site.ts'
import { tasksOf, told } from './typing.ts'
import type { SearchPage } from './search/search.ts'

declare const bench: SearchPage

const count = Number(argv[2] ?? 100_000)
const ROUNDS = 20
/** So few are in no index yet. */
const LATE = 200

const site = await openSite(new URL('search', import.meta.url).pathname)
const browser = await openBrowser()
try {
  const page = await browser.context.newPage()
  await page.goto(site.origin)
  const indexed = await page.evaluate(async count => bench.open(count), count)
  console.log(`the machine's load: ${loadavg().map(load => load.toFixed(1)).join(' ')}`)
  console.log(`${count} messages in a page are indexed: ${Math.round(indexed)} ms`)
  const words = await page.evaluate(() => bench.words())
  const measure = async (what: string, text: string): Promise<void> => {
    for (const all of [false, true]) {
      let times: number[] = []
      const tasks = await tasksOf(page, async () => { times = await page.evaluate(async ([text, all, rounds]) => bench.find(text, all, rounds), [text, all, ROUNDS] as const) })
      console.log(`${what}, ${all ? 'in all conversations, the newest 50' : 'in one conversation, the newest 200'}: first ${told(times.slice(0, 1), 1)}, p50 ${told(times, 0.5)}, p95 ${told(times, 0.95)} ms; processor time of the longest task ${told(tasks, 1)} ms`)
    }
  }
  for (const [what, text] of Object.entries(words)) await measure(what, text)
  await page.evaluate(async count => bench.say(count), LATE)
  await measure(`the most frequent word, with ${LATE} messages that came since`, words['the most frequent word'])
  await measure(`a word that nobody said, with ${LATE} messages that came since`, words['a word that nobody said'])
  console.log(`the machine's load: ${loadavg().map(load => load.toFixed(1)).join(' ')}`)
} finally {
  await browser.close()
  await site.close()
}
