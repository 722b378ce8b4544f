/** Keys, frames and tasks of a page, as the bench takes their times. */
import type { Page } from 'playwright-core'

const KEYSTROKES = 100
/** Between two keys, ms: faster than anybody types, and no multiple of a frame. */
const APART_MS = 37

interface Timed { times: number[] }

/** A quantile to a tenth. */
export function told (values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0) * 10) / 10
}

/** Types into the field of the page. @returns from each key to the frame that shows it, and the processor time of the tasks meanwhile, in words */
export async function keysOf (page: Page): Promise<string> {
  let times: number[] = []
  const busy = (await tasksOf(page, async () => { times = await typing(page) })).filter(ms => ms > 1)
  return `p50 ${told(times, 0.5)}, p95 ${told(times, 0.95)}, longest ${told(times, 1)} ms; processor time of tasks: p50 ${told(busy, 0.5)}, p95 ${told(busy, 0.95)}, longest ${told(busy, 1)} ms, ${Math.round(busy.reduce((sum, ms) => sum + ms, 0) / KEYSTROKES / APART_MS * 100)} % of the time`
}

/** From the key until the frame that shows it is handed over: what is said in a frame's callback comes after the frame. */
async function typing (page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = []
    Object.assign(globalThis, { times })
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => { times.push(performance.now() - Number(data)) }
    document.querySelector('textarea')?.addEventListener('keydown', ({ timeStamp }) => {
      requestAnimationFrame(() => { port2.postMessage(timeStamp) })
    })
  })
  await page.locator('textarea').focus()
  for (let at = 0; at < KEYSTROKES; at++) {
    await page.keyboard.press('a')
    await page.waitForTimeout(APART_MS)
  }
  return page.evaluate(() => (globalThis as unknown as Timed).times)
}

/** Runs it. @returns for each message that says when it was sent, how long after it stood in a frame, ms */
export async function lateness (page: Page, run: () => Promise<unknown>): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = []
    const seen = new Set<string>()
    Object.assign(globalThis, { times })
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => { for (const sent of data as number[]) times.push(performance.timeOrigin + performance.now() - sent) }
    new MutationObserver(() => {
      const fresh = [...document.querySelectorAll('article .text')].map(({ textContent }) => /^sent ([\d.]+)/.exec(textContent)?.[1]).filter(sent => sent !== undefined && !seen.has(sent)) as string[]
      for (const sent of fresh) seen.add(sent)
      if (fresh.length > 0) requestAnimationFrame(() => { port2.postMessage(fresh.map(Number)) })
    }).observe(document.querySelector('.history') ?? document.body, { childList: true, subtree: true })
  })
  await run()
  await page.waitForTimeout(500)
  return page.evaluate(() => (globalThis as unknown as Timed).times)
}

/** Runs it, and tells the processor time of each task of the page, ms: what other programs take of the machine does not count. */
export async function tasksOf (page: Page, run: () => Promise<void>): Promise<number[]> {
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
