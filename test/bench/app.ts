/**
 * How quick the app is: first paint, a keystroke while 50 messages arrive each second, a walk through 100,000 messages. On a stage: the
 * face alone; app-node.ts has it with the messenger. Beside each what the same Chromium needs for a plain page, in the same run.
 */
import { loadavg } from 'node:os'
import { openBrowser } from '../support/chromium.ts'
import { openSite } from '../support/site.ts'
import { id } from '../../packages/web/test/stage/people.ts'
import { keysOf, lateness, tasksOf, told } from './typing.ts'
import type { Page } from 'playwright-core'

const MESSAGES = 100_000
const INCOMING_PER_SECOND = 50
const ARRIVALS = 150
const WHEELS = 400
/** Lines of a plain page that is scrolled: as many as a wheel passes by. */
const LINES = 20_000

interface Stage { actor: { say: (who: string, text: string) => void } }
declare const stage: Stage

async function firstPaint (page: Page, origin: string): Promise<number> {
  await page.goto(`${origin}/?still`)
  await page.locator('.list').waitFor()
  return page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0)
}

/** @returns processor time of the tasks worth the name, ms */
async function walk (page: Page, over: string): Promise<number[]> {
  await page.locator(over).hover()
  return (await tasksOf(page, async () => {
    for (let at = 0; at < WHEELS; at++) {
      await page.mouse.wheel(0, over === 'body' ? 2500 : -2500)
      await page.waitForTimeout(16)
    }
  })).filter(ms => ms > 1)
}

function long (tasks: readonly number[]): string { return `p95 ${told(tasks, 0.95)}, longest ${told(tasks, 1)} ms, ${tasks.filter(ms => ms > 50).length} of ${tasks.length} over 50 ms` }

async function plain (page: Page, body: string): Promise<void> {
  await page.goto('about:blank')
  await page.setContent(body)
}

async function archive (page: Page, origin: string, many: number): Promise<void> {
  await page.goto('about:blank')
  await page.goto(`${origin}/?still&many=${many}#/chat/${id('Archive')}`)
  await page.locator('article').first().waitFor()
}

const site = await openSite(new URL('../../packages/web/test/stage', import.meta.url).pathname)
const browser = await openBrowser()
try {
  const page = await browser.context.newPage()
  console.log(`the machine's load: ${loadavg().map(load => load.toFixed(1)).join(' ')}`)
  await firstPaint(page, site.origin)
  const paints = [await firstPaint(page, site.origin), await firstPaint(page, site.origin), await firstPaint(page, site.origin)]
  console.log(`first contentful paint, warm: ${told(paints, 0.5)} ms`)

  await plain(page, Array.from({ length: LINES }, (_, at) => `<p>line ${at}: as long as somebody says something, and not longer</p>`).join(''))
  console.log(`floor: ${WHEELS} turns of the wheel down a plain page of ${LINES} lines, processor time of tasks: ${long(await walk(page, 'body'))}`)
  await archive(page, site.origin, MESSAGES)
  console.log(`${WHEELS} turns of the wheel up a history of ${MESSAGES}, processor time of tasks: ${long(await walk(page, '.history'))}`)

  await plain(page, '<textarea></textarea>')
  console.log(`floor: key to frame, a field in an empty page: ${await keysOf(page)}`)
  await archive(page, site.origin, 2000)
  console.log(`key to frame, a quiet conversation: ${await keysOf(page)}`)
  const stop = await page.evaluateHandle(([who, perSecond]) => {
    let at = 0
    const timer = setInterval(() => { stage.actor.say(who, `message ${at++}: while somebody is typing an answer`) }, 1000 / perSecond)
    return () => { clearInterval(timer) }
  }, [id('Archive'), INCOMING_PER_SECOND] as const)
  console.log(`key to frame while ${INCOMING_PER_SECOND} messages arrive each second: ${await keysOf(page)}`)
  await stop.evaluate(end => { end() })

  await archive(page, site.origin, 2000)
  const late = await lateness(page, async () => page.evaluate(async ([who, perSecond, count]) => {
    for (let at = 0; at < count; at++) {
      stage.actor.say(who, `sent ${performance.timeOrigin + performance.now()}`)
      await new Promise(resolve => setTimeout(resolve, 1000 / perSecond))
    }
  }, [id('Archive'), INCOMING_PER_SECOND, ARRIVALS] as const))
  console.log(`from a message's coming to the frame that shows it, ${INCOMING_PER_SECOND} each second: p50 ${told(late, 0.5)}, p95 ${told(late, 0.95)}, longest ${told(late, 1)} ms`)
} finally {
  await browser.close()
  await site.close()
}
