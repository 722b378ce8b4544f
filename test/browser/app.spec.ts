/** The app as people have it: the built page, served by the server of `sotto start --web`, and real nodes. */
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { servePage } from '../../packages/cli/src/page/server.ts'
import { readSite } from '../../packages/cli/src/page/site.ts'
import { sealSite } from '../../packages/web/build-hash.ts'
import { HOSTILE } from '../../packages/web/test/stage/people.ts'
import { Person, eventually } from '../support/actors.ts'
import { openBrowser } from '../support/chromium.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { House } from '../support/process.ts'
import { buildSite } from '../support/site.ts'
import { heardIn, writeTone } from '../support/tone.ts'
import type { PairingView } from '@sotto/node'
import type { Page } from 'playwright-core'
import type { PageServer } from '../../packages/cli/src/page/server.ts'
import type { Browser } from '../support/chromium.ts'

const WEB = new URL('../../packages/web', import.meta.url).pathname
const PICTURES = new URL('../artifacts/screens/web/', import.meta.url).pathname
const FOR_PAGES = { env: { SOTTO_LISTEN: '/ip4/127.0.0.1/tcp/0 /ip4/127.0.0.1/tcp/0/ws' } }
/** Of the face alone, before the first conversation, bytes gzipped: the messenger comes in files of its own, and is measured with it. */
const MAX_FACE_BYTES = 190_000

/** What the microphone of alice hears, and what bob plays, Hz; and how near a measured tone comes. */
const [ALICE_HZ, BOB_HZ, NEAR_HZ] = [440, 880, 60]

describe('the app in a browser', function () {
  this.timeout(180_000)
  let directory: string
  let sounds: string
  let house: House
  let bob: Person
  let server: PageServer
  let browser: Browser
  let page: Page
  const wrong: string[] = []
  const asked = new Set<string>()

  async function serve (from: string, port = 0): Promise<PageServer> {
    return servePage({ site: readSite(from), name: 'test', port, facts: () => ({ revision: 1, network: 'local', peerId: bob.ready.peerId, addresses: bob.ready.addresses.filter(address => address.includes('/ws')) }) })
  }

  async function open (fragment = ''): Promise<Page> {
    const made = await browser.context.newPage()
    made.on('pageerror', error => { wrong.push(error.message) })
    made.on('console', line => { if (line.type() === 'error' || line.text().includes('Permissions-Policy')) wrong.push(line.text()) })
    made.on('request', request => { asked.add(new URL(request.url()).origin) })
    made.on('websocket', socket => { asked.add(new URL(socket.url()).hostname) })
    await made.goto(`${server.plainAddress}${fragment}`)
    return made
  }

  /** Asks for a new build. @returns what became of it */
  async function settle (where: Page): Promise<string> {
    return where.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready
      const settled = Promise.withResolvers<string>()
      const follow = (found: ServiceWorker | null): void => {
        if (found !== null && found.state !== 'installing') settled.resolve(found.state)
        found?.addEventListener('statechange', () => { settled.resolve(found.state) }, { once: true })
      }
      // a browser asks by itself a moment after a page was opened: then it is found already
      follow(registration.waiting)
      follow(registration.installing)
      registration.addEventListener('updatefound', () => { follow(registration.installing) })
      registration.update().catch(() => {}) // what fails to install says so by its state
      return settled.promise
    })
  }

  before(async () => {
    await mkdir(PICTURES, { recursive: true })
    directory = await buildSite(WEB)
    house = await House.open()
    bob = new Person(house, 'bob')
    await bob.start([], FOR_PAGES)
    server = await serve(directory)
    sounds = await mkdtemp(join(tmpdir(), 'sotto-sounds-'))
    await writeTone(join(sounds, 'alice.wav'), ALICE_HZ, 2)
    await writeTone(join(sounds, 'bob.wav'), BOB_HZ, 20)
    browser = await openBrowser({ flags: [`--use-file-for-fake-audio-capture=${join(sounds, 'alice.wav')}`] })
  })
  after(async () => {
    await browser.close()
    await server.close()
    await house.close()
    await rm(directory, { recursive: true, force: true })
    await rm(sounds, { recursive: true, force: true })
  })

  it('is built twice the same, byte for byte', async () => {
    const again = await buildSite(WEB)
    const sums = async (site: string): Promise<string> => readFile(join(site, 'SHA256SUMS'), 'utf8')
    expect(await sums(again)).to.equal(await sums(directory))
    // of which a bundler that is busy may make another build
    for (const name of await readdir(join(again, 'assets'))) if (name.endsWith('.js')) expect(await readFile(join(again, 'assets', name), 'utf8'), name).to.not.match(/import"\.\//)
    await rm(again, { recursive: true, force: true })
  })

  it('leads alice from bob’s link through a name and the phrase to a request, and to talking', async () => {
    page = await open(`#${await bob.link()}`)
    await page.getByText('Somebody invited you').waitFor()
    await page.getByLabel('Your name').fill('Alice')
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByText('Write down these 24 words').waitFor()
    expect(await page.locator('.phrase li').count()).to.equal(24)
    expect(new URL(page.url()).hash, 'the link left the address bar').to.equal('')
    await page.getByText('I have written it down').click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('What you call them').fill('Bob')
    await page.getByLabel('A few words').fill('It is me, Alice')
    await page.getByRole('button', { name: 'Send request' }).click()
    await page.getByText('Bob has not answered your request yet').waitFor()
    await page.getByLabel('Message to Bob').fill('hello from the page')
    await page.keyboard.press('Enter')
    expect((await bob.request()).note).to.equal('It is me, Alice')
    await bob.acceptAs('alice')
    await page.getByRole('button', { name: /Delivered\. Show/ }).waitFor()
    await bob.send('alice', 'hello from a terminal', 'read')
    await page.locator('article').getByText('hello from a terminal').waitFor()
    await page.screenshot({ path: join(PICTURES, 'e2e-chat.png') })
  })

  it('has loaded no more than its budget of code by then', async () => {
    const paths = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter(path => path.endsWith('.js')))
    const messenger = (await readFile(join(directory, 'assets', (await readdir(join(directory, 'assets'))).find(name => name.startsWith('messenger')) ?? ''))).byteLength
    expect(messenger, 'the messenger is a file of its own').to.be.greaterThan(100_000)
    const sizes = await Promise.all([...new Set(paths)].map(async path => ({ path, size: gzipSync(await readFile(join(directory, path)), { level: 9 }).byteLength })))
    const total = sizes.reduce((sum, { size }) => sum + size, 0)
    const html = await readFile(join(directory, 'index.html'), 'utf8')
    const face = sizes.filter(({ path }) => html.includes(path.slice(1))).reduce((sum, { size }) => sum + size, 0)
    console.error(`    JavaScript until the first conversation: ${Math.round(total / 1000)} kB gzip in ${sizes.length} files; the face, which paints first: ${Math.round(face / 1000)} kB`)
    expect(face).to.be.below(MAX_FACE_BYTES)
  })

  it('edits, answers, reacts and takes back, and bob sees it', async () => {
    const composer = page.getByLabel('Message to Bob')
    await composer.fill('see you at eigth')
    await composer.press('Enter')
    await page.locator('article', { hasText: 'see you at eigth' }).getByRole('button', { name: /Show$|Show the delivery/ }).waitFor()
    await composer.press('ArrowUp')
    await composer.fill('see you at eight')
    await composer.press('Enter')
    await page.locator('article').getByText('see you at eight').waitFor()
    await page.locator('article').getByText('hello from a terminal').click({ button: 'right' })
    await page.getByRole('button', { name: 'React with 👍' }).click()
    await page.locator('.reactions').getByText('👍').waitFor()
    await page.locator('article').getByText('hello from the page').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Take back' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click()
    await page.getByText('You took this message back').waitFor()
    await eventually(bob, 'what alice changed', PATIENCE_MS, async ({ conversations }) => {
      const [first, second, third, ...more] = await conversations.history('alice')
      return (first?.retracted === true && second?.text === 'hello from a terminal' && second.reactions.some(({ emoji }) => emoji === '👍') && third?.text === 'see you at eight' && more.length === 0) || undefined
    })
  })

  it('shows what bob throws at it as the text that it is', async () => {
    await bob.verb(['id', '--name', HOSTILE[1]]).catch(() => undefined)
    for (const text of HOSTILE) await bob.send('alice', text)
    for (const text of HOSTILE.slice(0, 6)) await page.locator('article').getByText(text, { exact: true }).first().waitFor()
    expect(await page.evaluate(() => 'hit' in globalThis)).to.equal(false)
    expect(await page.locator('article script, article img, article iframe, article style, article svg[onload]').count()).to.equal(0)
  })

  /** The loudest frequency that comes out of the page, Hz, once there is a sound. */
  async function heardInPage (): Promise<number> {
    await page.waitForFunction(() => document.querySelector('audio')?.srcObject instanceof MediaStream)
    return page.evaluate(async () => {
      const stream = document.querySelector('audio')?.srcObject
      if (!(stream instanceof MediaStream)) throw new Error('nothing plays')
      const context = new AudioContext()
      const analyser = Object.assign(context.createAnalyser(), { fftSize: 16_384 })
      context.createMediaStreamSource(stream).connect(analyser)
      const levels = new Float32Array(analyser.frequencyBinCount)
      for (;;) {
        await new Promise(requestAnimationFrame)
        analyser.getFloatFrequencyData(levels)
        const loudest = Math.max(...levels)
        if (loudest < -50) continue
        await context.close()
        return levels.indexOf(loudest) * context.sampleRate / analyser.fftSize
      }
    })
  }

  it('calls bob in his terminal, and is called by him: both are heard, and it says that the way is direct', async () => {
    const sound = ['--audio', join(sounds, 'bob.wav'), '--record', join(sounds, 'heard.wav')]
    const answering = bob.run(['call', 'answer', '--once', ...sound])
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    await page.getByText('Direct', { exact: true }).waitFor()
    expect(await heardInPage()).to.be.closeTo(BOB_HZ, NEAR_HZ)
    await page.getByRole('button', { name: 'Camera', exact: true }).click()
    await page.locator('.tile.self').waitFor()
    await page.getByRole('button', { name: 'Screen' }).click()
    await page.getByText('You share your screen').waitFor()
    await page.screenshot({ path: join(PICTURES, 'e2e-call.png') })
    await page.getByRole('button', { name: 'Screen' }).click()
    await page.getByText('You share your screen').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Hang up' }).click()
    expect((await answering).code).to.equal(0)
    expect((await heardIn(join(sounds, 'heard.wav'))).hz).to.be.closeTo(ALICE_HZ, NEAR_HZ)

    const calling = bob.run(['call', 'start', 'alice', ...sound])
    await page.getByRole('alertdialog').getByRole('button', { name: 'Answer', exact: true }).click()
    expect(await heardInPage()).to.be.closeTo(BOB_HZ, NEAR_HZ)
    await page.getByRole('button', { name: 'Back to the messages' }).click()
    await page.locator('.call-small').getByRole('button', { name: 'Hang up' }).waitFor()
    await bob.verb(['call', 'hangup'])
    await page.locator('.call-small').getByText('The call has ended.').waitFor()
    expect((await calling).code).to.equal(0)
    await page.locator('article', { hasText: /Incoming call · \d:\d\d/ }).last().waitFor()
  })

  it('shows the same in a second tab, which goes on when the first is closed', async () => {
    const second = await open(new URL(page.url()).hash)
    await second.locator('article').getByText('see you at eight').waitFor()
    await page.close()
    page = second
    await second.getByLabel('Message to Bob').fill('from the second tab')
    await second.keyboard.press('Enter')
    await second.locator('article', { hasText: 'from the second tab' }).getByRole('button', { name: /(Delivered|Read)\. Show/ }).waitFor()
    expect((await bob.history('alice')).at(-1)?.text).to.equal('from the second tab')
  })

  it('is kept whole by the browser: it opens offline, with its history, and without its host', async () => {
    await page.evaluate(async () => navigator.serviceWorker.ready)
    await page.close()
    const { port } = server
    await server.close()
    const offline = await browser.context.newPage()
    await offline.goto(`http://127.0.0.1:${port}/`)
    await offline.getByRole('option', { name: 'Bob' }).click()
    await offline.locator('article').getByText('see you at eight').waitFor()
    await offline.close()
    server = await serve(directory, port)
  })

  it('shows another build with its hash, and takes it when alice agrees', async () => {
    const changed = await mkdtemp(join(tmpdir(), 'sotto-site-'))
    try {
      await cp(directory, changed, { recursive: true })
      const html = join(changed, 'index.html')
      await writeFile(html, (await readFile(html, 'utf8')).replace('<title>Sotto</title>', '<title>Sotto</title><meta name="build" content="another">'))
      const hash = sealSite(changed)
      const { port } = server
      await server.close()
      server = await serve(changed, port)
      const before = await open('#/settings')
      expect(await settle(before)).to.equal('installed')
      await before.getByText(hash).waitFor()
      await before.close()
      // no tab is open any more: a browser would let the new one in by itself
      const after = await open('#/settings')
      await after.getByText(hash).waitFor()
      expect(await after.locator('meta[name=build]').count(), 'the old build is still the one that runs').to.equal(0)
      await after.getByRole('button', { name: 'Use it now' }).click()
      await after.locator('meta[name=build]').waitFor({ state: 'attached' })
      await after.reload()
      await after.getByText(hash).waitFor()
      expect(await after.getByRole('button', { name: 'Use it now' }).count()).to.equal(0)
      expect(await after.evaluate(async () => (await caches.keys()).filter(name => name.startsWith('sotto ')))).to.deep.equal([`sotto ${hash}`])
      await after.close()
    } finally {
      await rm(changed, { recursive: true, force: true })
    }
  })

  it('takes no build whose files are not those that its list names', async () => {
    const forged = await mkdtemp(join(tmpdir(), 'sotto-site-'))
    try {
      await cp(directory, forged, { recursive: true })
      const html = join(forged, 'index.html')
      await writeFile(html, `${await readFile(html, 'utf8')}<!-- one -->`)
      const hash = sealSite(forged)
      await writeFile(html, `${await readFile(html, 'utf8')}<!-- another -->`)
      const { port } = server
      await server.close()
      server = await serve(forged, port)
      const before = await open('#/settings')
      expect(await settle(before)).to.equal('redundant')
      expect(await before.getByText(hash).count()).to.equal(0)
      await before.close()
      await server.close()
      server = await serve(directory, port)
    } finally {
      await rm(forged, { recursive: true, force: true })
    }
  })

  it('makes a browser a device of bob by the address that his node prints; it has his history, until he revokes it: then it says so, in all tabs, for good', async () => {
    const messenger = await bob.messenger()
    const pairing = messenger.devices.link()[Symbol.asyncIterator]()
    const { value: first } = await pairing.next() as IteratorYieldResult<PairingView>
    if (first.state !== 'waiting') throw new Error('no code')
    const second = await openBrowser()
    try {
      const tab = await second.context.newPage()
      tab.on('pageerror', error => { wrong.push(error.message) })
      await tab.goto(`${server.plainAddress}#${first.code.replace(/^sotto:/, '')}`)
      await tab.getByRole('button', { name: 'Link this browser' }).click()
      await tab.getByRole('option', { name: 'alice' }).click()
      await tab.locator('article').getByText('see you at eight').waitFor()
      await tab.getByLabel('Message to alice').fill('from the other device of bob')
      await tab.keyboard.press('Enter')
      await tab.getByRole('button', { name: /(In a mailbox|Delivered|Read|Sealed here)\. Show/ }).last().waitFor()
      await tab.screenshot({ path: join(PICTURES, 'e2e-linked.png') })
      const devices = await messenger.devices.list()
      expect(devices.filter(({ revoked }) => !revoked)).to.have.length(2)
      const beside = await second.context.newPage()
      await beside.goto(server.plainAddress)
      await beside.getByRole('option', { name: 'alice' }).waitFor()
      await tab.getByLabel('Message to alice').fill('begun, and not sent')
      await messenger.devices.revoke(devices.find(({ current, revoked }) => !current && !revoked)?.device ?? '')
      const isPutOut = async (one: Page): Promise<void> => { await one.getByText('This browser was removed from your devices. It shows').waitFor() }
      await Promise.all([tab, beside].map(isPutOut))
      await tab.getByText('Write from another one.').waitFor()
      expect(await tab.locator('textarea').count()).to.equal(0)
      const unsaid = tab.getByRole('region', { name: 'What you had begun to write' })
      await unsaid.getByText('begun, and not sent').waitFor()
      await unsaid.getByRole('button', { name: 'Copy text' }).waitFor()
      await tab.screenshot({ path: join(PICTURES, 'e2e-revoked.png') })
      await beside.goto(`${server.plainAddress}#/settings`)
      await beside.getByText('Only what concerns this browser can be set here').waitFor()
      await beside.getByRole('heading', { name: 'Storage' }).waitFor()
      for (const useless of ['You', 'Devices', 'Notifications', 'Mailboxes']) expect(await beside.getByRole('heading', { name: useless, exact: true }).count(), useless).to.equal(0)
      await beside.screenshot({ path: join(PICTURES, 'e2e-revoked-settings.png') })
      await tab.reload()
      await Promise.all([tab, beside].map(isPutOut))
      await tab.locator('article').getByText('see you at eight').waitFor()
      await tab.getByRole('button', { name: 'Erase this browser' }).click()
      await tab.getByRole('alertdialog').getByRole('button', { name: 'Erase' }).click()
      await Promise.all([tab, beside].map(async one => one.locator('.welcome').waitFor()))
    } finally {
      await pairing.return?.()
      await second.close()
    }
  })

  it('asked nobody but its own host and the peers that it talks to, and broke no rule of its policy', () => {
    const origins = [...asked].filter(origin => origin !== '127.0.0.1' && origin !== new URL(server.plainAddress).origin)
    expect(origins).to.deep.equal([])
    expect(wrong).to.deep.equal([])
  })
})
