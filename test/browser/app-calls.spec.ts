/** Calls in the app as people have it: the built page, several tabs of it, and bob in his terminal. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { servePage } from '../../packages/cli/src/page/server.ts'
import { readSite } from '../../packages/cli/src/page/site.ts'
import { attend, eventually, Person } from '../support/actors.ts'
import { openBrowser } from '../support/chromium.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { House } from '../support/process.ts'
import { buildSite } from '../support/site.ts'
import { FOR_PAGES } from '../support/tab.ts'
import { heardIn, writeTone } from '../support/tone.ts'
import type { PageServer } from '../../packages/cli/src/page/server.ts'
import type { Browser } from '../support/chromium.ts'
import type { Json, Ran } from '../support/process.ts'
import type { Page } from 'playwright-core'

declare const tracks: MediaStreamTrack[]

const WEB = new URL('../../packages/web', import.meta.url).pathname
/** `NEAR_HZ`: how near a measured tone comes on a busy machine, where what is late is stretched or left out. */
const [ALICE_HZ, BOB_HZ, NEAR_HZ] = [440, 880, 60]

describe('calls in the app', function () {
  this.timeout(180_000)
  let directory: string
  let sounds: string
  let house: House
  let bob: Person
  let server: PageServer
  let browser: Browser
  let page: Page

  const heard = (): string => join(sounds, 'heard.wav')
  const sound = (): string[] => ['--audio', join(sounds, 'bob.wav'), '--record', heard()]
  const button = (name: string | RegExp, where = page): ReturnType<Page['getByRole']> => where.getByRole('button', { name, exact: typeof name === 'string' })

  /** Alice calls; resolves when both talk. */
  async function call (): Promise<{ answering: Promise<Ran<Json>> }> {
    const answering = bob.run(['call', 'answer', '--once', ...sound()])
    await button('Call').click()
    await page.getByText('Direct', { exact: true }).waitFor()
    return { answering }
  }

  /** Bob calls: alice alone would call more than four times in a minute (CALL-4). */
  async function called (): Promise<{ answering: Promise<Ran<Json>> }> {
    const answering = bob.run(['call', 'start', 'alice', ...sound()])
    await page.getByRole('alertdialog').getByRole('button', { name: 'Answer', exact: true }).click()
    await page.getByText('Direct', { exact: true }).waitFor()
    return { answering }
  }

  async function hangUp (answering: Promise<Ran<Json>>, reason = 'hung up'): Promise<void> {
    await button('Hang up').click()
    expect((await answering).lines.at(-1)).to.include({ event: 'ended', reason })
    await page.locator('.room').waitFor({ state: 'detached' })
  }

  before(async () => {
    directory = await buildSite(WEB)
    house = await House.open()
    bob = new Person(house, 'bob')
    await bob.start([], FOR_PAGES)
    server = await servePage({ site: readSite(directory), name: 'test', port: 0, facts: () => ({ revision: 1, network: 'local', peerId: bob.ready.peerId, addresses: bob.ready.addresses.filter(address => address.includes('/ws')) }) })
    sounds = await mkdtemp(join(tmpdir(), 'sotto-sounds-'))
    await writeTone(join(sounds, 'alice.wav'), ALICE_HZ, 2)
    await writeTone(join(sounds, 'bob.wav'), BOB_HZ, 40)
    browser = await openBrowser({ flags: ['--use-fake-device-for-media-stream=device-count=2', `--use-file-for-fake-audio-capture=${join(sounds, 'alice.wav')}`] })
    // which microphones the page took: one of them is pulled out later
    await browser.context.addInitScript(() => {
      Object.assign(globalThis, { tracks: [] })
      const devices = navigator.mediaDevices as MediaDevices | undefined
      const real = devices?.getUserMedia.bind(devices)
      if (devices !== undefined && real !== undefined) {
        devices.getUserMedia = async wanted => {
          const stream = await real(wanted)
          tracks.push(...stream.getAudioTracks())
          return stream
        }
      }
    })
    page = await browser.context.newPage()
    await page.goto(`${server.plainAddress}#${await bob.link()}`)
    await page.getByLabel('Your name').fill('Alice')
    await button('Start').click()
    await page.getByText('I have written it down').click()
    await button('Continue').click()
    await page.getByLabel('What you call them').fill('Bob')
    await button('Send request').click()
    await bob.acceptAs('alice')
    await bob.send('alice', 'hello', 'delivered')
    await page.locator('article').getByText('hello').waitFor()
  })
  after(async () => {
    await browser.close()
    await server.close()
    await house.close()
    await rm(directory, { recursive: true, force: true })
    await rm(sounds, { recursive: true, force: true })
  })

  it('alice shows herself while it rings, and the call stands when bob answers; she chooses another microphone, sees that she is heard, and it is remembered', async () => {
    await button('Call').click()
    await page.getByText('Calling…').waitFor()
    const leave = await attend(bob)
    await page.getByText('Ringing…').waitFor()
    leave()
    await button('Camera').click()
    await page.locator('.tile.self').waitFor()
    const answering = bob.run(['call', 'answer', '--once', ...sound()])
    await page.getByText('Direct', { exact: true }).waitFor()
    await eventually(bob, 'the camera of alice', PATIENCE_MS, async ({ calls }) => (await calls.list()).some(({ phase, theirs }) => phase === 'active' && theirs.video) || undefined)
    await button('Sound and camera').click()
    await page.waitForFunction(() => Number(document.querySelector('[role^=meter]')?.getAttribute('aria-valuenow')) > 12)
    await button(/Microphone/).click()
    const second = page.locator('.popover [role=option]').nth(2)
    const name = await second.innerText()
    await second.click()
    await page.locator('.picked', { hasText: name }).waitFor()
    await page.waitForFunction(() => Number(document.querySelector('[role^=meter]')?.getAttribute('aria-valuenow')) > 12)
    await button('Close').click()
    await hangUp(answering)
    expect((await heardIn(heard())).hz).to.be.closeTo(ALICE_HZ, NEAR_HZ)
    await page.evaluate(() => { location.hash = '#/calls' })
    await page.locator('.picked', { hasText: name }).waitFor()
    await button('Try the microphone').click()
    await page.waitForFunction(() => Number(document.querySelector('[role^=meter]')?.getAttribute('aria-valuenow')) > 12)
    await button('Play a sound').click()
    await button('Play a sound').and(page.locator(':not([aria-disabled])')).waitFor()
    await page.goBack()
    await page.getByLabel('Message to Bob').waitFor()
  })

  it('with push to talk alice is heard while she holds the space bar or the button, and not else', async () => {
    const { answering } = await called()
    await button('Sound and camera').click()
    await page.getByText('Push to talk').click()
    await button('Close').click()
    await page.getByText('Muted. Hold the space bar to talk.').waitFor()
    expect(await page.locator('.room-notes [role=status]').count(), 'said to who does not look').to.equal(1)
    // the camera's button has the focus, and is not pressed
    await button('Camera').focus()
    await page.keyboard.down('Space')
    await page.getByText('You are heard').waitFor()
    await page.keyboard.up('Space')
    await page.getByText('Muted. Hold the space bar to talk.').waitFor()
    expect(await page.locator('.tile.self').count()).to.equal(0)
    await button('Hold to talk').hover()
    await page.mouse.down()
    await page.getByText('You are heard').waitFor()
    await page.mouse.up()
    await page.getByText('Muted. Hold the space bar to talk.').waitFor()
    await page.evaluate(() => { dispatchEvent(new KeyboardEvent('keydown', { key: 'm' })) })
    // held until it is over, so that it is the end of what bob recorded; and so long that some silence after it is the smaller part
    await page.keyboard.down('Space')
    await page.getByText('You are heard').waitFor()
    await page.waitForFunction(() => {
      const seconds = (document.querySelector('.time')?.textContent ?? '').split(':').reduce((sum, part) => 60 * sum + Number(part), 0)
      const held = globalThis as { since?: number }
      return seconds >= (held.since ??= seconds) + 3
    })
    await hangUp(answering)
    await page.keyboard.up('Space')
    expect((await heardIn(heard(), Infinity, 2)).hz).to.be.closeTo(ALICE_HZ, NEAR_HZ)
    await page.evaluate(() => { location.hash = '#/calls' })
    await page.getByText('Push to talk').click()
    await page.goBack()
  })

  it('a microphone that is gone is replaced; where there is none alice goes on unheard, is told, and may choose one that is plugged in; a page that offers something when its connection has ended takes nobody’s node with it', async () => {
    const { answering } = await called()
    await page.evaluate(() => {
      const { mediaDevices } = navigator
      const real = mediaDevices.getUserMedia.bind(mediaDevices)
      mediaDevices.getUserMedia = async () => { throw new DOMException('none', 'NotFoundError') }
      Object.assign(globalThis, { plugIn: () => { mediaDevices.getUserMedia = real; mediaDevices.dispatchEvent(new Event('devicechange')) } })
    })
    await button('Camera').click()
    await page.getByText('No microphone or camera was found').waitFor()
    await page.evaluate(() => {
      const track = tracks.at(-1)
      track?.stop()
      track?.dispatchEvent(new Event('ended'))
    })
    await page.getByText('are not heard now').waitFor()
    await button('No microphone').waitFor()
    await page.evaluate(() => { (globalThis as unknown as { plugIn: () => void }).plugIn() })
    await page.getByText('In its place').waitFor()
    await page.evaluate(() => {
      const { prototype } = RTCPeerConnection
      const real = prototype.createOffer as () => Promise<RTCSessionDescriptionInit>
      Object.assign(prototype, {
        createOffer: async function (this: RTCPeerConnection) {
          const offer = await real.call(this)
          this.close() // bob hears of it at once, and of the offer later
          Object.assign(prototype, { createOffer: real })
          Object.assign(globalThis, { offered: true })
          return offer
        }
      })
    })
    await button('Camera').click()
    await page.waitForFunction(() => 'offered' in globalThis)
    await hangUp(answering)
    expect(bob.resident.running).to.equal(true)
  })

  it('refused, or without a microphone, alice is told what to do, and may only listen', async () => {
    for (const [name, words] of [['NotAllowedError', 'Allow it by the icon beside'], ['NotFoundError', 'Plug one in'], ['NotReadableError', 'Another program uses']] as const) {
      await page.evaluate(name => {
        const { mediaDevices } = navigator
        const before = mediaDevices.getUserMedia
        mediaDevices.getUserMedia = async () => { throw new DOMException('no', name) }
        Object.assign(globalThis, { plugIn: () => { mediaDevices.getUserMedia = before } })
      }, name)
      await button('Call').click()
      await page.getByText(words).waitFor()
      if (name !== 'NotReadableError') await button('Close').click()
      else break
      await page.evaluate(() => { (globalThis as unknown as { plugIn: () => void }).plugIn() })
    }
    const answering = bob.run(['call', 'answer', '--once', ...sound()])
    await button('Only listen').click()
    await page.getByText('You only listen').waitFor()
    await page.getByText('Direct', { exact: true }).waitFor()
    await page.evaluate(() => { (globalThis as unknown as { plugIn: () => void }).plugIn() })
    await button('Choose a microphone').click()
    await button(/Microphone/).click()
    await page.locator('.popover [role=option]').nth(1).click()
    await button('Close').click()
    await page.getByText('You only listen').waitFor({ state: 'detached' })
    await hangUp(answering)
  })

  it('rings in all tabs, also in one that is just being opened, and sounds in one; alice takes it in the tab that does not lead, and the other says where the call is', async () => {
    const second = await browser.context.newPage()
    // it asks for events, and for whatever else from then on, when it rings already
    await second.addInitScript(() => {
      const { prototype } = BroadcastChannel
      const real = prototype.postMessage
      const held: Array<() => void> = []
      prototype.postMessage = function (this: BroadcastChannel, message: { path?: string }) {
        if (held.length > 0 || message.path === 'events') held.push(() => { real.call(this, message) })
        else real.call(this, message)
      }
      Object.assign(globalThis, { held, letGo: () => { prototype.postMessage = real; for (const send of held) send() } })
    })
    await second.goto(server.plainAddress)
    await second.waitForFunction(() => (globalThis as unknown as { held: unknown[] }).held.length > 0)
    const calling = bob.run(['call', 'start', 'alice', ...sound()])
    await page.getByRole('alertdialog').getByText('is calling').waitFor()
    await second.evaluate(() => { (globalThis as unknown as { letGo: () => void }).letGo() })
    await Promise.all([page, second].map(async where => where.getByRole('alertdialog').getByText('is calling').waitFor()))
    await second.waitForFunction(async () => (await navigator.locks.query()).pending?.some(({ name }) => name === 'sotto-song:ringing'))
    const { held = [] } = await second.evaluate(async () => navigator.locks.query())
    expect(held.filter(({ name }) => name === 'sotto-song:ringing')).to.have.length(1)
    await second.getByRole('alertdialog').getByRole('button', { name: 'Answer', exact: true }).click()
    await second.getByText('Direct', { exact: true }).waitFor()
    await page.getByText('In a call, in another tab.').waitFor()
    // the tab that led is loaded anew: the other one leads, and goes on talking
    await page.reload()
    await page.getByText('In a call, in another tab.').waitFor()
    for (const pressed of [true, false]) {
      await second.getByRole('button', { name: 'Mute', exact: true }).click()
      await second.getByRole('button', { name: 'Mute', exact: true, pressed }).waitFor()
    }
    await second.getByText('Direct', { exact: true }).waitFor()
    await second.getByRole('button', { name: 'Hang up' }).click()
    expect((await calling).lines.at(-1)).to.include({ event: 'ended', reason: 'hung up' })
    expect((await heardIn(heard())).hz).to.be.closeTo(ALICE_HZ, NEAR_HZ)
    await page.getByText('In a call, in another tab.').waitFor({ state: 'detached' })
    await second.close()
  })

  it('a page that is loaded anew in mid-call goes on with it', async () => {
    const { answering } = await call()
    await page.reload()
    await page.getByText('Direct', { exact: true }).waitFor()
    expect(await page.locator('.toast').count()).to.equal(0)
    await hangUp(answering)
    expect(await page.evaluate(() => sessionStorage.length)).to.equal(0)
  })

  it('a page that comes back when the call is over says what became of it, and leads back to bob', async () => {
    const { answering } = await called()
    await page.goto('about:blank')
    expect((await answering).lines.at(-1)).to.include({ event: 'ended', reason: 'lost' })
    await page.goBack()
    await page.getByText('the call was cut off').waitFor()
    const again = bob.run(['call', 'answer', '--once', ...sound()])
    await button('Call again').click()
    await page.getByText('Direct', { exact: true }).waitFor()
    expect(await page.locator('.toast').count()).to.equal(0)
    await hangUp(again)
    expect(await page.evaluate(() => sessionStorage.length)).to.equal(0)
  })
})
