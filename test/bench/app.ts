/** How quick the app is: first paint, a keystroke while 50 messages arrive each second, a walk through 100,000 messages. On a stage: the face alone. */
import { openBrowser } from '../support/chromium.ts'
import { openSite } from '../support/site.ts'
import { id } from '../../packages/web/test/stage/people.ts'
import type { Page } from 'playwright-core'

const MESSAGES = 100_000
const KEYSTROKES = 60
const INCOMING_PER_SECOND = 50
const WHEELS = 400

interface Stage { actor: { say: (who: string, text: string) => void } }
declare const stage: Stage

function quantile (values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0) * 10) / 10
}

async function firstPaint (page: Page, origin: string): Promise<number> {
  await page.goto(`${origin}/?still`)
  await page.locator('.list').waitFor()
  return page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0)
}

/** From the key until the frame that shows it is handed over: two animation frames bracket a paint. */
async function typing (page: Page): Promise<number[]> {
  await page.evaluate(([who, perSecond]) => {
    let at = 0
    setInterval(() => { stage.actor.say(who, `message ${at++}: while somebody is typing an answer`) }, 1000 / perSecond)
    const times: number[] = []
    Object.assign(globalThis, { times })
    document.querySelector('textarea')?.addEventListener('keydown', ({ timeStamp }) => {
      requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = () => { times.push(performance.now() - timeStamp) }; port2.postMessage(0) })
    })
  }, [id('Archive'), INCOMING_PER_SECOND] as const)
  const field = page.getByLabel('Message to Archive')
  await field.focus()
  for (let at = 0; at < KEYSTROKES; at++) {
    await page.keyboard.press('a')
    await page.waitForTimeout(37)
  }
  return page.evaluate(() => (globalThis as unknown as { times: number[] }).times)
}

/** Runs it, and tells the processor time of each task of the page, ms: what other programs take of the machine does not count. */
async function tasksOf (page: Page, run: () => Promise<void>): Promise<number[]> {
  const session = await page.context().newCDPSession(page)
  const tasks: number[] = []
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const { name, tdur, args } of value as unknown as Array<{ name: string, tdur?: number, args?: object }>) {
      if (name.endsWith('RunTask') && tdur !== undefined && args !== undefined) tasks.push(tdur / 1000)
    }
  })
  await session.send('Tracing.start', { transferMode: 'ReportEvents', categories: 'disabled-by-default-devtools.timeline,toplevel' })
  await run()
  const done = new Promise(resolve => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.end')
  await done
  await session.detach()
  return tasks
}

async function walk (page: Page): Promise<void> {
  await page.locator('.history').hover()
  for (let at = 0; at < WHEELS; at++) {
    await page.mouse.wheel(0, -2500)
    await page.waitForTimeout(16)
  }
}

const site = await openSite(new URL('../../packages/web/test/stage', import.meta.url).pathname)
const browser = await openBrowser()
try {
  const page = await browser.context.newPage()
  await firstPaint(page, site.origin)
  const paints = [await firstPaint(page, site.origin), await firstPaint(page, site.origin), await firstPaint(page, site.origin)]
  console.log(`first contentful paint, warm: ${quantile(paints, 0.5)} ms`)
  await page.goto(`${site.origin}/?still&many=${MESSAGES}#/chat/${id('Archive')}`)
  await page.locator('article').first().waitFor()
  const tasks = (await tasksOf(page, async () => walk(page))).filter(ms => ms > 1)
  console.log(`${WHEELS} turns of the wheel up a history of ${MESSAGES}, processor time of tasks: p95 ${quantile(tasks, 0.95)}, longest ${quantile(tasks, 1)} ms, ${tasks.filter(ms => ms > 50).length} of ${tasks.length} over 50 ms`)
  await page.goto('about:blank')
  await page.goto(`${site.origin}/?still&many=2000#/chat/${id('Archive')}`)
  await page.locator('article').first().waitFor()
  let times: number[] = []
  const busy = (await tasksOf(page, async () => { times = await typing(page) })).filter(ms => ms > 1)
  console.log(`key to frame while ${INCOMING_PER_SECOND} messages arrive each second: p50 ${quantile(times, 0.5)}, p95 ${quantile(times, 0.95)}, longest ${quantile(times, 1)} ms; processor time of tasks: p50 ${quantile(busy, 0.5)}, p95 ${quantile(busy, 0.95)}, longest ${quantile(busy, 1)} ms`)
} finally {
  await browser.close()
  await site.close()
}
