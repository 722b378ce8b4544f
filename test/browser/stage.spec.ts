/** The ways of a person through the app on a stage: what keys and presses lead to, with a test actor behind it. */
import { createRequire } from 'node:module'
import { expect } from 'chai'
import { id } from '../../packages/web/test/stage/people.ts'
import { openBrowser } from '../support/chromium.ts'
import { openSite } from '../support/site.ts'
import type { CallId, CallView, Messenger } from '@sotto/node'
import type { Page } from 'playwright-core'
import type { Browser } from '../support/chromium.ts'
import type { Site } from '../support/site.ts'

interface Picture { width: number, height: number, data: Uint8Array }
/** The app's own library, from where the app has it. */
const decodeQR = (createRequire(new URL('../../packages/web/package.json', import.meta.url))('qr/decode.js') as { default: (picture: Picture) => string }).default

describe('ways through the app', function () {
  this.timeout(120_000)
  let site: Site
  let browser: Browser
  let page: Page

  before(async () => {
    site = await openSite(new URL('../../packages/web/test/stage', import.meta.url).pathname)
    browser = await openBrowser()
  })
  after(async () => {
    await browser.close()
    await site.close()
  })
  afterEach(async () => { await page.close() })

  async function open (path: string, language = 'en'): Promise<Page> {
    page = await browser.context.newPage()
    await page.addInitScript(wanted => { Object.defineProperty(navigator, 'languages', { get: () => [wanted] }) }, language)
    await page.setViewportSize({ width: 1240, height: 800 })
    await page.goto(`${site.origin}/${path}`)
    await page.waitForFunction(() => document.querySelector('.shell') !== null && document.querySelector('.spinner') === null)
    return page
  }

  it('the search of the list finds people and messages; Enter and the arrows lead to them', async () => {
    await open('?still')
    const search = page.getByPlaceholder('Search').first()
    await search.fill('jonas')
    await page.getByRole('group', { name: 'People' }).getByRole('option', { name: 'Jonas' }).waitFor()
    await search.fill('deposit')
    const messages = page.getByRole('group', { name: 'Messages' })
    await messages.locator('mark', { hasText: 'deposit' }).waitFor()
    await search.press('Enter')
    await page.locator('.message.pointed', { hasText: 'About the deposit' }).waitFor()
    await search.fill('webcam')
    await messages.getByRole('option').nth(1).waitFor()
    await search.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('.message.pointed', { hasText: 'let us look at the webcam' }).waitFor()
    expect(page.url()).to.contain(`#/chat/${id('Mara Lindqvist')}/m`)
  })

  it('the tray of requests says in words and by a number how many ask; calls read for who looks as what they were', async () => {
    await open(`?still#/chat/${id('Kai Nakamura')}`)
    const tray = page.getByRole('button', { name: '3 people want to talk' })
    expect(await tray.locator('.badge').innerText()).to.equal('3')
    await page.locator('.message.event .noticed').nth(2).waitFor()
    expect(await page.locator('.message.event .noticed').allInnerTexts()).to.deep.equal(['Outgoing call · no answer', 'Missed video call', 'Incoming call · declined'])
  })

  it('who is called for long without a word that it rings is told so, in the language of the app', async () => {
    await open('?still&call=unheard')
    await page.getByText('Calling… So far no device there says that it rings.').waitFor()
    await page.close()
    await open('?still&call=unheard', 'it')
    await page.getByText('Chiamo… Finora nessun dispositivo dall’altra parte dice che squilla.').waitFor()
    await page.close()
    await open('?still&call=outgoing')
    await page.getByText('Ringing…').waitFor()
  })

  it('a long conversation opens at its newest message; Home and a press lead to the first of all, End and a press back', async () => {
    await open(`?still&many=5000#/chat/${id('Archive')}`)
    const [first, newest] = [page.locator('article', { hasText: /^0 so/ }), page.locator('article', { hasText: /^4999 / })]
    await newest.waitFor()
    await page.waitForFunction(() => { const history = document.querySelector('.history'); return history !== null && history.scrollHeight - history.scrollTop - history.clientHeight < 2 })
    await page.locator('.history').focus()
    await page.keyboard.press('Home')
    await first.waitFor()
    await page.waitForFunction(() => document.activeElement?.textContent.startsWith('0 so'))
    await page.keyboard.press('ArrowDown')
    await page.waitForFunction(() => document.activeElement?.textContent.startsWith('1 '))
    await page.keyboard.press('End')
    await page.waitForFunction(() => document.activeElement?.textContent.startsWith('4999 '))
    await page.getByRole('button', { name: 'Search in this conversation' }).click()
    await page.getByRole('button', { name: 'Go to the beginning' }).click()
    await first.waitFor()
    await page.getByLabel('Message to Archive').fill('said from far up')
    await page.keyboard.press('Enter')
    await page.locator('article', { hasText: 'said from far up' }).waitFor()
    await newest.waitFor()
    await page.getByRole('button', { name: 'Search in this conversation' }).click()
    await page.getByRole('searchbox', { name: 'Search in this conversation' }).fill('4321')
    await page.getByRole('button', { name: /4321/ }).click()
    await page.locator('.message.pointed', { hasText: '4321' }).waitFor()
  })

  it('of two thousand conversations those stand in the page that are seen; the keys, and the way back on a phone, lead to all of them', async () => {
    await open('?still')
    const all = await page.evaluate(async () => {
      const { stage } = globalThis as unknown as { stage: { actor: { scenes: Array<{ contact: object, messages: object[] }> }, session: { store: { get: () => { now: { chats: { refresh: () => Promise<void> } } } } } } }
      const [scene] = stage.actor.scenes
      for (let at = 0; at < 2000; at++) stage.actor.scenes.push({ ...scene, contact: { ...scene?.contact, id: `sotto1c${at}`.padEnd(58, 'q'), name: `Person ${at}` }, messages: [] })
      await stage.session.store.get().now.chats.refresh()
      return stage.actor.scenes.length + 1 // the note to oneself
    })
    await page.locator(`[role=option][aria-setsize="${all}"]`).first().waitFor()
    expect(await page.getByRole('option').count()).to.be.below(40)
    await page.getByPlaceholder('Search').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('End')
    await page.waitForFunction(last => document.activeElement?.getAttribute('aria-posinset') === last, String(all))
    await page.keyboard.press('Enter')
    await page.locator('textarea').waitFor()
    await page.setViewportSize({ width: 360, height: 740 })
    await page.getByRole('option').first().waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('option').first().waitFor()
  })

  it('what a search in a conversation found stays while somebody types on, until there is something else to show', async () => {
    await open(`?still#/chat/${id('Mara Lindqvist')}`)
    await page.getByRole('button', { name: 'Search in this conversation' }).click()
    const search = page.getByRole('searchbox', { name: 'Search in this conversation' })
    await search.fill('th')
    await page.getByRole('status').filter({ hasText: /\d+ messages/ }).waitFor()
    await page.evaluate(() => {
      const results = document.querySelector('ul.results')
      new MutationObserver(() => { if (results?.isConnected !== true) document.body.dataset.gone = 'yes' }).observe(document.body, { childList: true, subtree: true })
    })
    await search.press('e')
    await page.getByText('8 messages').and(page.locator(':visible')).waitFor()
    expect(await page.locator('body').getAttribute('data-gone')).to.equal(null)
    await search.fill('xylophone')
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
    await search.fill('')
    await page.getByRole('button', { name: 'Go to the beginning' }).waitFor()
  })

  it('nothing is set anew because a pointer passes over it', async () => {
    await open(`?still#/chat/${id('Mara Lindqvist')}`)
    const wide = page.locator('.message:not(.own) .bubble').filter({ hasText: /.{60}/ }).last()
    await wide.hover({ trial: true }) // where it is going to stay
    const before = await wide.boundingBox()
    await wide.hover()
    await page.locator('.message .tools').waitFor()
    expect(await wide.boundingBox()).to.deep.equal(before)
    await page.getByRole('button', { name: 'Reply' }).click()
    await page.getByText('Reply to').waitFor()
  })

  it('a message that would fill screens shows its beginning, and all of it by a press', async () => {
    await open(`?still#/chat/${id('Mara Lindqvist')}`)
    const composer = page.getByRole('textbox', { name: /Message to/ })
    await composer.fill('So.' + '\n'.repeat(300) + 'There.')
    await composer.press('Enter')
    const bubble = page.locator('.message.own .bubble', { hasText: 'There.' })
    // what is on its way gives its place to what is sent
    await page.locator('article', { hasText: 'There.' }).getByRole('button', { name: /Sealed here\. Show/ }).waitFor()
    await bubble.getByRole('button', { name: 'Show all' }).click()
    await bubble.getByRole('button', { name: 'Show less', expanded: true }).waitFor()
    expect((await bubble.boundingBox())?.height).to.be.above(6000)
    await bubble.getByRole('button', { name: 'Show less' }).press('Enter')
    await bubble.getByRole('button', { name: 'Show all', expanded: false }).waitFor()
    expect((await bubble.boundingBox())?.height).to.be.below(500)
  })

  it('what was begun is there again after a correction, and a correction that could not be written too', async () => {
    await open(`?still#/chat/${id('Mara Lindqvist')}`)
    const composer = page.getByRole('textbox', { name: /Message to/ })
    const value = async (text: string): Promise<unknown> => page.waitForFunction(wanted => document.querySelector('textarea')?.value === wanted, text)
    const edit = async (): Promise<void> => {
      await page.locator('article', { hasText: 'And bring a warm hat!' }).click({ button: 'right' })
      await page.getByRole('menuitem', { name: 'Edit' }).click()
      await value('And bring a warm hat!')
    }
    await composer.fill('begun')
    await edit()
    await composer.press('Escape')
    await value('begun')
    await edit()
    await page.evaluate(() => {
      const { stage } = globalThis as unknown as { stage: { actor: { messenger: { conversations: { edit: () => Promise<void> } } } } }
      stage.actor.messenger.conversations.edit = async () => { throw new Error('no room') }
    })
    await composer.fill('And bring a warm coat!')
    await composer.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'Something went wrong' }).waitFor()
    await value('And bring a warm coat!')
    await composer.press('Escape')
    await value('begun')
  })

  it('who has no name yet may say it where somebody is asked, who would not know who asks', async () => {
    await open('?nameless&empty#/add')
    await page.getByLabel('Link or id').fill('sotto:somebody')
    await page.getByLabel('Your name').fill('Alice')
    await page.getByLabel('What you call them').fill('Bob')
    await page.getByRole('button', { name: 'Send request' }).click()
    await page.waitForFunction(() => (globalThis as unknown as { stage: { actor: { self: { name: string } } } }).stage.actor.self.name === 'Alice')
    await open('#/add')
    await page.getByLabel('Link or id').fill('sotto:somebody')
    await page.getByLabel('What you call them').waitFor()
    expect(await page.getByLabel('Your name').count()).to.equal(0)
  })

  it('who was wrong once is heard the second time', async () => {
    page = await browser.context.newPage()
    await page.goto(`${site.origin}/?locked=wrong`)
    await page.getByText('The passphrase is wrong.').waitFor()
    await page.getByText('Forgotten? Nobody can reset it.').waitFor()
    await page.getByLabel('Passphrase').fill('open sesame')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.locator('.shell').waitFor()
  })

  it('who asks to talk stands first where there is nobody else', async () => {
    await open('?empty&asked')
    await page.getByRole('heading', { name: 'Requests' }).waitFor()
    expect(await page.getByText('Nobody here yet').count()).to.equal(0)
    await page.getByRole('button', { name: 'Accept' }).first().click()
    await page.getByRole('textbox', { name: /Message to/ }).waitFor()
  })

  it('the picker of emoji is fetched when it is opened, finds by words, and is walked through by keys', async () => {
    const fetched: string[] = []
    await open(`?still#/chat/${id('Mara Lindqvist')}`)
    page.on('request', request => { fetched.push(request.url()) })
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
    expect(loaded.filter(name => name.includes('emoji'))).to.deep.equal([])
    await page.getByRole('button', { name: 'Insert an emoji' }).click()
    const search = page.getByPlaceholder('Search emoji')
    await search.waitFor()
    expect(fetched.some(name => name.includes('emoji'))).to.equal(true)
    await search.fill('torta di comple')
    await page.getByRole('option', { name: 'birthday cake' }).waitFor()
    await search.press('Enter')
    await page.waitForFunction(() => document.activeElement instanceof HTMLTextAreaElement && document.activeElement.value === '🎂')

    await page.getByText('And bring a warm hat!').last().click({ button: 'right' })
    await page.getByRole('button', { name: 'More emoji' }).click()
    await search.waitFor()
    await search.press('ArrowDown')
    const focuses = async (name: string): Promise<unknown> => page.waitForFunction(name => document.activeElement?.getAttribute('aria-label') === name, name)
    await focuses('grin')
    await page.keyboard.press('ArrowRight')
    await focuses('big smile')
    await page.keyboard.press('ArrowDown')
    await focuses('upside down')
    await page.keyboard.press('Enter')
    await page.locator('.reactions', { hasText: '🙃' }).waitFor()
  })

  it('text that runs from right to left keeps to itself, and signs that turn others are shown as what they are', async () => {
    await open(`?still#/chat/${id('ליאור כהן')}`)
    const bubble = (text: string): ReturnType<Page['locator']> => page.locator('.bubble', { hasText: text })
    await bubble('Then at 10:30').waitFor()
    const direction = async (text: string): Promise<string> => bubble(text).evaluate(element => getComputedStyle(element).direction)
    expect([await direction('שלום'), await direction('مرحبا'), await direction('Then at')]).to.deep.equal(['rtl', 'rtl', 'ltr'])
    // the address is read from left to right within it
    expect(await bubble('אני קורא').locator('a').evaluate(link => getComputedStyle(link).direction)).to.equal('ltr')
    expect(await page.evaluate(() => /[\u202a-\u202e]/.test(document.body.innerText))).to.equal(false)
    expect(await bubble('see').innerText()).to.contain('see ‹U+202E›moc.live//:sptth or ‹U+202E›https://example.org/a')
    // where the end of a name stands, the clock begins
    const row = page.getByRole('option', { name: 'ליאור' })
    const [name, time] = await Promise.all([row.locator('.name').boundingBox(), row.locator('time').boundingBox()])
    expect((name?.x ?? 0) + (name?.width ?? 0)).to.be.at.most(time?.x ?? 0)
    expect(await page.getByRole('textbox', { name: 'ליאור' }).getAttribute('aria-label')).to.equal('Message to \u2068ליאור כהן\u2069')
  })

  /** What a camera would read of what is on the screen. */
  async function read (svg: ReturnType<Page['locator']>): Promise<string> {
    const picture = (await svg.screenshot()).toString('base64')
    const { pixels, width, height } = await page.evaluate(async base64 => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), character => character.charCodeAt(0))]))
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
      context?.drawImage(bitmap, 0, 0)
      const data = context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? []
      let pixels = ''
      for (let at = 0; at < data.length; at += 4) pixels += (data[at] ?? 0) > 127 ? '1' : '0'
      return { pixels, width: bitmap.width, height: bitmap.height }
    }, picture)
    const data = new Uint8Array(pixels.length * 3)
    for (let at = 0; at < pixels.length; at++) data.fill(pixels[at] === '1' ? 255 : 0, at * 3, at * 3 + 3)
    return decodeQR({ width, height, data })
  }

  it('the code of a link has squares that a camera can tell apart, and a press shows it as large as the window', async () => {
    await open('?still#/add')
    const code = page.getByRole('button', { name: 'Your link as a QR code' })
    /** pixels of one module */
    const module = async (svg: ReturnType<Page['locator']>): Promise<number> => svg.evaluate(element => element.getBoundingClientRect().width / (element as SVGSVGElement).viewBox.baseVal.width)
    for (const [width, least] of [[1240, 5], [390, 3.5]] as const) {
      await page.setViewportSize({ width, height: 800 })
      expect(await module(code.locator('svg')), `${width} pixels wide`).to.be.above(least)
    }
    expect(await read(code.locator('svg'))).to.match(/^sotto:/)
    await page.setViewportSize({ width: 1240, height: 800 })
    const small = await module(code.locator('svg'))
    await code.click()
    const whole = page.getByRole('dialog', { name: 'Your link as a QR code' })
    await whole.waitFor()
    expect(await module(whole.locator('svg'))).to.be.above(small)
    expect(await read(whole.locator('svg'))).to.match(/^sotto:/)
    await page.keyboard.press('Escape')
    await whole.waitFor({ state: 'detached' })
  })

  it('a call that begins while it is looked for is not taken for none by an answer that is older', async () => {
    await open('?still')
    const seen = await page.evaluate(async () => {
      interface Chats { findCall: () => Promise<void>, store: { get: () => { call?: CallView }, subscribe: (listener: () => void) => () => void } }
      interface Stage { actor: { messenger: Pick<Messenger, 'calls'>, emit: (event: object) => void }, session: { store: { get: () => { now: { chats: Chats } } } } }
      const { actor: { messenger: { calls }, emit }, actor, session } = (globalThis as unknown as { stage: Stage }).stage
      const call = await calls.answer('' as CallId)
      const answers = [Promise.withResolvers<CallView[]>(), Promise.withResolvers<CallView[]>()]
      let asked = 0
      calls.list = async () => (await answers[asked++]?.promise) ?? [call]
      const { chats } = session.store.get().now
      const found = chats.findCall()
      const told = new Promise<void>(resolve => { const end = chats.store.subscribe(() => { if (chats.store.get().call !== undefined) { end(); resolve() } }) })
      emit.call(actor, { event: 'call', call })
      await told
      answers[0]?.resolve([])
      answers[1]?.resolve([call])
      await found
      return { asked, shown: chats.store.get().call?.id === call.id }
    })
    expect(seen).to.deep.equal({ asked: 2, shown: true })
  })

  it('in a call of many nobody is hidden by one’s own picture, and who left is said without a place', async () => {
    await open('?still&call=several')
    const people = page.getByRole('list', { name: 'In this call' }).getByRole('listitem')
    await people.filter({ has: page.getByLabel('You', { exact: true }) }).waitFor()
    expect(await people.count()).to.equal(7)
    expect(await page.locator('.tile.self').count()).to.equal(1)
    await page.locator('.room-notes').getByText('Sam: Left').waitFor()
    expect(await page.locator('.head').innerText()).not.to.contain('Sam')
    await page.getByRole('button', { name: 'Back to the messages' }).click()
    await page.locator('.call-small').getByLabel('Mara Lindqvist', { exact: true }).waitFor()
  })

  it('what the messenger says is said in Italian where the app is Italian', async () => {
    await open(`?still#/chat/${id('Mara Lindqvist')}`, 'it')
    await page.getByRole('button', { name: /In una casella/ }).first().click()
    await page.locator('.delivery').getByText('Aspetta Mara Lindqvist in 2 di 3 caselle.').waitFor()
    await page.locator('.keepers').getByText('non risponde').waitFor()
    await page.goto(`${site.origin}/?still#/network`)
    await page.getByRole('button', { name: 'Dettagli' }).click()
    await page.getByText('Chi è fuori dalla tua rete forse non può chiamare questo dispositivo.', { exact: false }).waitFor()
  })
})
