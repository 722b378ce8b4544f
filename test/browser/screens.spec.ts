/** Every screen of the app, on a stage: looked at by axe, kept as pictures for people, with hostile text in every field of a peer. */
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import { HOSTILE, SELF, id } from '../../packages/web/test/stage/people.ts'
import { openBrowser } from '../support/chromium.ts'
import { openSite } from '../support/site.ts'
import type { Page } from 'playwright-core'
import type { Browser } from '../support/chromium.ts'
import type { Site } from '../support/site.ts'

const PICTURES = new URL('../artifacts/screens/web/', import.meta.url).pathname
const PHONE = { width: 390, height: 780 }
const DESKTOP = { width: 1240, height: 800 }
/** Screens under way at once: a machine has few cores. */
const AT_ONCE = 3

interface Screen {
  name: string
  path: string
  act?: (page: Page) => Promise<unknown>
  /** what is there once it is done */
  until?: string
}
interface Violation { id: string, nodes: Array<{ target: string[] }> }

const chat = (name: string): string => `?still#/chat/${id(name)}`
const press = (name: string | RegExp) => async (page: Page): Promise<void> => page.getByRole('button', { name, exact: typeof name === 'string' }).first().click()

const SCREENS: readonly Screen[] = [
  { name: 'welcome', path: '?fresh' },
  { name: 'welcome-invited', path: '?fresh#sotto:AAAABBBBCCCC' },
  { name: 'restore', path: '?fresh', act: press('I have a recovery phrase') },
  { name: 'phrase', path: '?fresh', act: press('Start'), until: '.phrase li' },
  { name: 'locked', path: '?locked=wrong' },
  { name: 'opening', path: '?opening', until: '.splash' },
  { name: 'failed', path: '?broken', until: '.splash button' },
  { name: 'empty', path: '?empty' },
  { name: 'empty-asked', path: '?empty&asked' },
  { name: 'list', path: '?still' },
  { name: 'list-search', path: '?still', act: async page => page.getByPlaceholder('Search').first().fill('mara'), until: '.row' },
  { name: 'list-search-messages', path: '?still', act: async page => page.getByPlaceholder('Search').first().fill('the'), until: '.row mark' },
  { name: 'list-nothing', path: '?still', act: async page => page.getByPlaceholder('Search').first().fill('nothing like it'), until: '.empty' },
  { name: 'chat', path: chat('Mara Lindqvist') },
  { name: 'chat-actions', path: chat('Mara Lindqvist'), act: async page => page.getByText('And bring a warm hat!').last().click({ button: 'right' }), until: '[role=menu]' },
  { name: 'chat-emoji', path: chat('Mara Lindqvist'), act: press('Insert an emoji'), until: '.emoji' },
  { name: 'chat-delivery', path: chat('Mara Lindqvist'), act: press(/In a mailbox. Show/), until: '.delivery li' },
  { name: 'chat-unread', path: chat('Jonas') },
  { name: 'chat-requested', path: chat('Priya') },
  { name: 'chat-blocked', path: chat('Old landlord') },
  { name: 'chat-devices-changed', path: chat('Kai Nakamura') },
  { name: 'chat-hostile', path: chat(HOSTILE[1]) },
  { name: 'chat-self', path: `?still#/chat/${SELF}` },
  {
    name: 'chat-search',
    path: chat('Mara Lindqvist'),
    act: async page => {
      await press('Search in this conversation')(page)
      await page.getByPlaceholder('Search in this conversation').fill('the')
      await page.getByText('8 messages').waitFor()
    }
  },
  { name: 'requests', path: '?still#/requests' },
  { name: 'requests-none', path: '?empty#/requests' },
  { name: 'add', path: '?still#/add' },
  { name: 'add-invited', path: '?still#sotto:CkAKIBl0aGlzLWlzLWEtdGVzdC1saW5rLW9mLWFsaWNl' },
  { name: 'contact', path: `?still#/contact/${id('Mara Lindqvist')}` },
  { name: 'contact-hostile', path: `?still#/contact/${id(HOSTILE[1])}` },
  { name: 'contact-block', path: `?still#/contact/${id('Mara Lindqvist')}`, act: press('Block'), until: '[role=alertdialog]' },
  { name: 'network', path: '?still#/network', act: press('Details') },
  { name: 'network-alone', path: '?still&connection=alone#/network' },
  { name: 'network-no-mailbox', path: '?still&connection=unkept#/network' },
  { name: 'network-own', path: '?still&connection=own#/network' },
  { name: 'network-new', path: '?empty&connection=unkept#/network' },
  { name: 'network-offline', path: '?still&connection=offline#/network' },
  { name: 'settings', path: '?still#/settings' },
  { name: 'settings-phrase', path: '?still#/settings', act: press('Show the phrase'), until: '.phrase li' },
  { name: 'settings-erase', path: '?still#/settings', act: press('Erase'), until: '[role=alertdialog]' },
  { name: 'devices', path: '?still#/devices' },
  { name: 'devices-linked', path: '?still&linked#/devices' },
  { name: 'revoked', path: `?still&revoked#/chat/${id('Mara Lindqvist')}`, until: '.put-out' },
  { name: 'revoked-list', path: '?still&revoked', until: '.put-out' },
  { name: 'revoked-erase', path: '?still&revoked#/network', act: press('Erase this browser'), until: '[role=alertdialog]' },
  { name: 'devices-link', path: '?still#/devices', act: press('Show a code'), until: '.pair-code' },
  { name: 'join', path: '?fresh#pair:AAAABBBBCCCC' },
  { name: 'call-incoming', path: `?still&call=incoming#/chat/${id('Mara Lindqvist')}`, until: '.incoming' },
  { name: 'call-outgoing', path: '?still&call=outgoing', until: '.room' },
  { name: 'call-unheard', path: '?still&call=unheard', until: '.room' },
  { name: 'call-audio', path: '?still&call=audio', until: '.room .quality' },
  { name: 'call-devices', path: '?still&call=audio', act: press('Sound and camera'), until: '.picker' },
  { name: 'call-talk', path: '?still&call=audio&talk', act: async page => { await page.locator('.talk').waitFor(); await page.keyboard.down('Space') }, until: '.talking' },
  { name: 'call-unplugged', path: '?still&call=video&microphone=lost', until: '.room [role=alert]' },
  { name: 'call-listening', path: '?still&call=audio&microphone=none', until: '.room .quality' },
  { name: 'settings-calls', path: '?still#/calls', act: press('Try the microphone'), until: '.level' },
  {
    name: 'settings-relay',
    path: '?still#/calls',
    act: async page => {
      await page.getByLabel('Relay server').fill('turn.example.org')
      await page.getByLabel('User name').fill('alice')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('wants a password').waitFor()
    },
    until: '[role=alert]'
  },
  { name: 'call-video', path: '?still&call=video', until: '.tile.face' },
  { name: 'call-screen', path: '?still&call=screen', until: '.tile.screen' },
  { name: 'call-several', path: '?still&call=several', until: '.in-call .tile' },
  { name: 'call-three', path: '?still&call=three', until: '.in-call' },
  { name: 'call-several-incoming', path: '?still&call=incoming-several', until: '.incoming' },
  { name: 'call-ended', path: '?still&call=ended', until: '.room .actions' },
  { name: 'call-small', path: `?still&call=video#/chat/${id('Mara Lindqvist')}`, act: press('Back to the messages'), until: '.call-small .tile' },
  { name: 'call-elsewhere', path: `?still&call=elsewhere#/chat/${id('Mara Lindqvist')}`, until: '.call-small' },
  { name: 'call-refused', path: `?still#/chat/${id('Mara Lindqvist')}`, act: press('Call'), until: '[role=alertdialog]' },
  { name: 'keys', path: '?still', act: async page => page.keyboard.press('?'), until: '[role=dialog]' }
]

describe('every screen of the app', function () {
  this.timeout(360_000)
  let site: Site
  let browser: Browser
  let axe: string

  before(async () => {
    await mkdir(PICTURES, { recursive: true })
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    site = await openSite(new URL('../../packages/web/test/stage', import.meta.url).pathname)
    browser = await openBrowser()
  })
  after(async () => {
    await browser.close()
    await site.close()
  })

  /** What axe finds. It comes by the debugger: the policy of the page lets no other code in. */
  async function violations (page: Page): Promise<string[]> {
    const session = await page.context().newCDPSession(page)
    // what announces to screen readers for a moment may name a button that is gone
    const run = `${axe}; axe.run({ exclude: ['[data-live-announcer]'] }, { resultTypes: ['violations'] }).then(({ violations }) => JSON.stringify(violations))`
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression: run, awaitPromise: true, returnByValue: true })
    await session.detach()
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return (JSON.parse(String(result.value)) as Violation[]).map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
  }

  /** There, and nothing is waited for any more. */
  async function still (page: Page, selector: string): Promise<void> {
    await page.waitForFunction(wanted => document.querySelector(wanted) !== null && document.querySelector('.spinner') === null, selector)
  }

  async function look ({ name, path, act, until = '.shell, .welcome' }: Screen): Promise<string[]> {
    const wrong: string[] = []
    const page = await browser.context.newPage()
    page.on('pageerror', error => { wrong.push(`${name}: ${error.message}`) })
    page.on('console', line => { if (line.type() === 'error') wrong.push(`${name}: ${line.text()}`) })
    try {
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
      await page.setViewportSize(DESKTOP)
      await page.goto(`${site.origin}/${path}`)
      if (act !== undefined) await still(page, '.shell, .welcome')
      await act?.(page)
      await page.mouse.move(0, 0) // what lies under it after the window changed its size shows no tooltip
      await still(page, until)
      for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
        await page.setViewportSize(viewport)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          await page.screenshot({ path: join(PICTURES, `${name}-${size}-${colorScheme}.png`) })
        }
        wrong.push(...(await violations(page)).map(violation => `${name} ${size}: ${violation}`))
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        if (beyond > 0) wrong.push(`${name} ${size}: ${beyond} pixels wider than the window`)
        // what scrolls does so within the shell: a control that is focused must not push the whole of it out of sight
        const below = await page.evaluate(() => document.querySelector('.shell') === null ? 0 : document.documentElement.scrollHeight - innerHeight)
        if (below > 0) wrong.push(`${name} ${size}: ${below} pixels taller than the window`)
      }
      if (await page.evaluate(() => 'hit' in globalThis)) wrong.push(`${name}: text of a peer was run`)
    } catch (error) {
      wrong.push(`${name}: ${(error as Error).message}`)
    } finally {
      await page.close()
    }
    return wrong
  }

  it('has no violation of axe, no error, nothing wider than the window, and takes no text of a peer for markup', async () => {
    const left = [...SCREENS]
    const wrong: string[] = []
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) wrong.push(...await look(next))
    }))
    expect(wrong).to.deep.equal([])
  })

  /** Looks while it stays open. */
  async function visit (path: string, use: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.context.newPage()
    try {
      await page.goto(`${site.origin}/${path}`)
      await use(page)
    } finally {
      await page.close()
    }
  }

  it('what one is led to in the settings comes into sight and has the focus, wherever one was', async () => {
    const isSought = async (page: Page, title: string): Promise<void> => {
      await page.waitForFunction(title => {
        const card = document.activeElement?.closest('.card')
        const box = card?.getBoundingClientRect()
        return card?.querySelector('h2')?.textContent === title && box !== undefined && box.top >= 0 && box.bottom <= innerHeight
      }, title)
    }
    for (const from of ['?still', '?still#/settings']) {
      await visit(from, async page => {
        await page.locator('.list').waitFor()
        await page.evaluate(() => { (globalThis as unknown as { stage: { update: { set: (to: object) => void } } }).stage.update.set({ current: 'a'.repeat(64), waiting: 'b'.repeat(64) }) })
        await page.getByRole('button', { name: 'Look' }).click()
        await isSought(page, 'This build')
        await page.evaluate(() => { location.hash = '#/settings/phrase' })
        await isSought(page, 'Recovery phrase')
      })
    }
  })

  it('a browser that was revoked says so for as long as it stays, closes what would go out, and can be erased', async () => {
    await visit(`?still#/chat/${id('Mara Lindqvist')}`, async page => {
      await page.getByLabel('Message to Mara').waitFor()
      expect(await page.locator('.put-out').count()).to.equal(0)
      await page.evaluate(() => { (globalThis as unknown as { stage: { actor: { emit: (event: object) => void } } }).stage.actor.emit({ event: 'revoked' }) })
      await page.getByText('This browser was removed from your devices. It shows').waitFor()
    })
    await visit(`?still&revoked#/chat/${id('Mara Lindqvist')}`, async page => {
      await page.getByText('Write from another one.').waitFor()
      expect(await page.locator('textarea').count()).to.equal(0)
      expect(await page.getByRole('button', { name: /^(Call|Video call)$/ }).count()).to.equal(0)
      await page.locator('.link-state', { hasText: 'No longer yours' }).waitFor()
      await page.getByText('And bring a warm hat!').last().click({ button: 'right' })
      await page.getByRole('menuitem', { name: 'Copy text' }).waitFor()
      expect(await page.getByRole('menuitem').allTextContents()).to.deep.equal(['Copy text', 'Delivery'])
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Erase this browser' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Erase' }).click()
      await page.locator('.welcome').waitFor()
    })
  })

  it('a linked device says why it links and revokes no other', async () => {
    await visit('?still&linked#/devices', async page => { await page.getByText('This browser is a linked device').waitFor() })
    await visit('?still#/devices', async page => {
      await page.getByRole('button', { name: 'Show a code' }).waitFor()
      expect(await page.getByText('This browser is a linked device').count()).to.equal(0)
    })
  })

  it('says Connected and no more to whom nobody can write yet, and to whose own node stays on; else for how long, and what to do', async () => {
    const label = async (page: Page): Promise<string | null> => {
      await page.locator('.dot:not(.busy)').waitFor()
      return page.locator('.link-state').textContent()
    }
    await visit('?empty&connection=unkept#/network', async page => {
      expect(await label(page)).to.equal('Connected')
      expect(await page.locator('.dot.good').count()).to.equal(1)
      await page.getByText('Nothing else is needed for now').waitFor()
      expect(await page.locator('.notice.warn').count()).to.equal(0)
    })
    await visit('?still&connection=own#/network', async page => {
      expect(await label(page)).to.equal('Connected')
      await page.getByText('Your own node stays on').waitFor()
      await page.getByText('Your own node', { exact: false }).last().waitFor()
    })
    await visit('?still&connection=unkept#/network', async page => {
      await page.locator('.dot.fair').waitFor()
      expect(await label(page)).to.equal('Connected while open')
      await page.getByText('It helps to run a node of your own').waitFor()
    })
  })

  it('who waits for others can have them tried now', async () => {
    await visit('?still&connection=alone#/network', async page => {
      await page.getByRole('button', { name: 'Try now' }).click()
      await page.waitForFunction(() => (globalThis as unknown as { stage: { actor: { hurried: number } } }).stage.actor.hurried === 1)
    })
    await visit('?still#/network', async page => {
      await page.getByRole('button', { name: 'Details' }).waitFor()
      expect(await page.getByRole('button', { name: 'Try now' }).count()).to.equal(0)
    })
  })
})
