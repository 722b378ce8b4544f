/** People who use a page: one person is one browser profile, in as many tabs as they open. */
import { openBrowser } from './chromium.ts'
import { PATIENCE_MS, patiently } from './patience.ts'
import type { Browser, BrowserInit } from './chromium.ts'
import type { Site } from './site.ts'
import type { Opening, Page as Door } from '../browser/page/page.ts'
import type { CallId, CallView, Messenger, MessageState, MessageView, RequestView } from '@sotto/node'
import type { Page } from 'playwright-core'

declare const sotto: Door

/** How a node is started that pages can reach. */
export const FOR_PAGES = { env: { SOTTO_LISTEN: '/ip4/127.0.0.1/tcp/0 /ip4/127.0.0.1/tcp/0/ws /ip4/127.0.0.1/udp/0/webrtc-direct' } }

/** Those addresses of a node that a page on loopback can dial at once. */
export function pageAddresses (addresses: readonly string[]): string[] { return addresses.filter(address => /\/ws(\/|$)/.test(address)) }

type Calls = { [K in keyof Messenger]: Messenger[K] }
type Names<T> = { [K in keyof T & string]: T[K] extends (...args: never[]) => Promise<unknown> ? K : T[K] extends object ? { [L in keyof T[K] & string]: T[K][L] extends (...args: never[]) => Promise<unknown> ? `${K}.${L}` : never }[keyof T[K] & string] : never }[keyof T & string]
export type CallName = Names<Calls>

/** One tab. */
export class Tab {
  readonly page: Page
  readonly opening: Opening

  constructor (page: Page, opening: Opening) {
    this.page = page
    this.opening = opening
  }

  /** Opens the messenger in the page that is loaded. */
  async open (): Promise<this> {
    await this.page.evaluate(async opening => sotto.open(opening), this.opening)
    return this
  }

  async reload (): Promise<this> {
    await this.page.reload()
    return this.open()
  }

  async call<T = unknown> (name: CallName, ...args: unknown[]): Promise<T> {
    return await patiently(`${this.opening.name}: ${name}`, this.page.evaluate(async ([name, args]) => sotto.call(name, args), [name, args] as const)) as T
  }

  async role (): Promise<string> { return this.page.evaluate(() => sotto.role()) }

  /** Resolves when the tab has that role. */
  async becomes (role: string, timeoutMs = PATIENCE_MS): Promise<void> {
    await this.page.waitForFunction(role => sotto.role() === role, role, { timeout: timeoutMs })
  }

  /** Its renderer ends as by a fault: nothing is told to anybody. */
  async crash (): Promise<void> {
    const crashed = new Promise(resolve => { this.page.once('crash', resolve) })
    const session = await this.page.context().newCDPSession(this.page)
    session.send('Page.crash').catch(() => {}) // there is nobody left to answer
    await crashed
  }

  async link (): Promise<string> { return (await this.call<{ link: string }>('self')).link }

  async send (who: string, text: string, wait?: MessageState): Promise<string> {
    const { message } = await this.call<{ message: string }>('conversations.send', who, { text })
    if (wait !== undefined) await this.call('conversations.wait', message, wait)
    return message
  }

  async texts (who: string): Promise<string[]> {
    return (await this.call<MessageView[]>('conversations.history', who, { limit: 5000 })).map(({ text }) => text)
  }

  /** Asks now and after every event of the node, until there is an answer. */
  async eventually<T> (what: string, ask: () => Promise<T | undefined>, timeoutMs = PATIENCE_MS): Promise<T> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => { late.reject(new Error(`${this.opening.name} waits in vain for ${what}`)) }, timeoutMs)
    try {
      for (;;) {
        const seen = await this.page.evaluate(() => sotto.happened())
        const answer = await ask()
        if (answer !== undefined) return answer
        await Promise.race([this.page.evaluate(async seen => sotto.more(seen), seen), late.promise])
      }
    } finally {
      clearTimeout(timer)
      late.promise.catch(() => {}) // nobody waits any more
    }
  }

  /** The loudest tone of the other side of a call, or of that one of several, Hz. */
  async hears (call: CallId, who?: string): Promise<number> {
    // in the order in which they are had
    const people = who === undefined ? [] : (await this.call<CallView[]>('calls.list')).filter(({ id }) => id === call).flatMap(({ participants }) => participants.filter(({ phase }) => phase === 'active'))
    const at = who === undefined ? 0 : people.findIndex(({ name }) => name === who)
    if (at < 0) throw new Error(`${who} is not in this call`)
    return (await this.page.evaluate(async ([call, at]) => sotto.hear(call, at), [call, at] as const)).hz
  }

  /** Resolves when a picture of the other side is there. */
  async sees (call: CallId): Promise<{ width: number, height: number }> { return this.page.evaluate(async call => sotto.see(call), call) }

  /** Those that the browser has, and which of them a call uses. */
  async microphones (call: CallId): Promise<Array<{ id: string, used: boolean }>> { return this.page.evaluate(async call => sotto.microphones(call), call) }

  async takes (call: CallId, microphone?: string): Promise<void> { await this.page.evaluate(async ([call, microphone]) => sotto.take(call, microphone), [call, microphone] as const) }

  /** The microphone of a call goes, as when it is pulled out. */
  async unplugs (call: CallId): Promise<void> { await this.page.evaluate(async call => sotto.unplug(call), call) }

  /** The last call that is so. */
  async inCall (what: string, is: (call: CallView) => boolean): Promise<CallView> {
    let last: CallView | undefined
    const ask = async (): Promise<CallView | undefined> => {
      const calls = await this.call<CallView[]>('calls.list')
      last = calls.at(-1)
      return calls.findLast(is)
    }
    return this.eventually(`a call that is ${what}`, ask).catch((cause: unknown) => { throw new Error(`${String(cause)}; the last one: ${JSON.stringify(last)}`, { cause }) })
  }

  /** Hangs up whatever goes on. Resolves when nothing does any more. */
  async hangUp (): Promise<void> {
    const open = async (): Promise<CallView[]> => (await this.call<CallView[]>('calls.list')).filter(({ phase }) => phase !== 'ended')
    for (const { id } of await open()) await this.call('calls.hangUp', id).catch(() => undefined) // it ends by itself
    await this.eventually('the end of all calls', async () => (await open()).length === 0 || undefined)
  }

  /** Resolves when a relay keeps a place for this tab: others can come. */
  async relayed (): Promise<void> {
    await this.poll('a relay', async () => (await this.page.evaluate(() => sotto.addresses())).some(address => address.includes('/p2p-circuit')) || undefined)
  }

  /** Resolves when so many peers are connected without a relay between, beside the relay itself. */
  async direct (count: number): Promise<void> {
    await this.poll('a direct connection', async () => (await this.call<{ direct: number }>('status')).direct > count || undefined)
  }

  /** For what no event tells of. */
  async poll<T> (what: string, ask: () => Promise<T | undefined>, timeoutMs = PATIENCE_MS): Promise<T> {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const answer = await ask()
      if (answer !== undefined) return answer
      if (performance.now() > deadline) throw new Error(`${this.opening.name} waits in vain for ${what}: ${JSON.stringify(await this.call('status'))}`)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  async waitForTexts (who: string, count: number, timeoutMs?: number): Promise<string[]> {
    return this.eventually(`${count} messages`, async () => {
      const texts = await this.texts(who)
      return texts.length >= count ? texts : undefined
    }, timeoutMs)
  }

  async acceptAs (name: string): Promise<void> {
    const request = await this.eventually('a request', async () => (await this.call<RequestView[]>('requests.list'))[0])
    await this.call('requests.accept', request.id)
    await this.call('contacts.rename', request.id, name)
  }
}

/** A browser of one person. */
export class BrowserPerson {
  readonly name: string
  readonly browser: Browser
  readonly #site: Site
  readonly #bootstrap: readonly string[]

  constructor (name: string, browser: Browser, site: Site, bootstrap: readonly string[]) {
    this.name = name
    this.browser = browser
    this.#site = site
    this.#bootstrap = bootstrap
  }

  static async open (name: string, site: Site, bootstrap: readonly string[], init?: BrowserInit): Promise<BrowserPerson> {
    return new BrowserPerson(name, await openBrowser(init), site, bootstrap)
  }

  /** A new tab with the page loaded. */
  async blank (opening: Partial<Opening> = {}): Promise<Tab> {
    const page = await this.browser.context.newPage()
    await page.goto(this.#site.origin)
    return new Tab(page, { profile: 'default', name: this.name, bootstrap: [...this.#bootstrap], ...opening })
  }

  /** A new tab with the messenger open in it. */
  async tab (opening?: Partial<Opening>): Promise<Tab> {
    return (await this.blank(opening)).open()
  }

  async close (): Promise<void> { await this.browser.close() }
}
