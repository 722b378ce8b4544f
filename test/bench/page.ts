/** Figures of the messenger in a page, without a face: bytes to load, time from navigation to connected, dials, a burst. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { Person } from '../support/actors.ts'
import { fetchedUntilConnected } from '../support/fetched.ts'
import { House } from '../support/process.ts'
import { openSite } from '../support/site.ts'
import { BrowserPerson, FOR_PAGES, pageAddresses } from '../support/tab.ts'
import type { Page } from '../browser/page/page.ts'

declare const sotto: Page

const ROUNDS = 5
const BURST = 200

function say (what: string, value: string): void { console.log(`${what.padEnd(58)}${value}`) }
function median (values: number[]): number { return values.sort((a, b) => a - b)[values.length >> 1] ?? NaN }
function spread (values: number[]): string { return `${Math.round(median(values))} ms (${Math.round(Math.min(...values))}–${Math.round(Math.max(...values))})` }

const site = await openSite(new URL('../browser/page', import.meta.url).pathname)
const house = await House.open()
const bob = new Person(house, 'bob')
await bob.init()
await bob.start([], FOR_PAGES)
const bootstrap = pageAddresses(bob.ready.addresses)
const alice = await BrowserPerson.open('alice', site, bootstrap)
const carol = await BrowserPerson.open('carol', site, bootstrap)

try {
  const tab = await alice.blank()
  const loaded = new Set<string>()
  tab.page.on('request', request => { if (request.url().endsWith('.js')) loaded.add(new URL(request.url()).pathname) })
  await tab.page.reload()
  await tab.open()
  await tab.relayed()
  const before = [...loaded].map(path => readFileSync(join(site.directory, path)))
  say('JavaScript until connected and reachable, raw', `${before.reduce((sum, file) => sum + file.byteLength, 0)} B in ${before.length} files`)
  say('… gzip, each file', `${before.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).byteLength, 0)} B`)
  say('… gzip, brotli, as one file', `${gzipSync(Buffer.concat(before), { level: 9 }).byteLength} B, ${brotliCompressSync(Buffer.concat(before)).byteLength} B`)

  const app = await fetchedUntilConnected(bob)
  say('the app, a new person: until connected, gzip', `${app.until} B in ${app.files} files, ${app.later} B by itself after that`)

  await tab.call('contacts.add', await bob.link(), { name: 'bob' })
  await bob.acceptAs('alice')
  await tab.send('bob', 'hello', 'delivered')
  const single: number[] = []
  for (let i = 0; i < 20; i++) {
    single.push(await tab.page.evaluate(async () => {
      const began = performance.now()
      const { message } = await sotto.call('conversations.send', ['bob', { text: 'one' }]) as { message: string }
      await sotto.call('conversations.wait', [message, 'delivered'])
      return performance.now() - began
    }))
  }
  say('page → terminal, one message until delivered', spread(single))
  const sealed = await tab.page.evaluate(async count => {
    const began = performance.now()
    await Promise.all(Array.from({ length: count }, async (_, i) => sotto.call('conversations.send', ['bob', { text: `burst ${i}` }])))
    return performance.now() - began
  }, BURST)
  say(`page, a burst of ${BURST}, sealed`, `${Math.round(BURST / sealed * 1000)} messages/s`)
  await tab.page.close()

  const scripts: number[] = []
  const started: number[] = []
  const connected: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const warm = await alice.blank()
    const times = await warm.page.evaluate(async opening => {
      const scripts = performance.now()
      await sotto.open(opening)
      const started = performance.now()
      while ((await sotto.call('status', []) as { peers: number }).peers === 0) await new Promise(resolve => setTimeout(resolve, 2))
      return { scripts, started, connected: performance.now() }
    }, warm.opening)
    scripts.push(times.scripts)
    started.push(times.started)
    connected.push(times.connected)
    await warm.page.close()
  }
  say('navigation → scripts run, warm profile', spread(scripts))
  say('navigation → node started', spread(started))
  say('navigation → connected', spread(connected))

  for (const [kind, addresses] of [['ws', bootstrap], ['webrtc-direct', bob.ready.addresses.filter(address => address.includes('/webrtc-direct/'))]] as const) {
    const dials: number[] = []
    for (let i = 0; i < ROUNDS; i++) {
      const blank = await alice.blank()
      dials.push(await blank.page.evaluate(async ({ profile, addresses }) => {
        await sotto.initProfile({ profile, name: 'x' })
        const node = await sotto.createNode({ profile, network: 'local', bootstrap: addresses })
        const began = performance.now()
        while ((await node.status()).peers === 0) await new Promise(resolve => setTimeout(resolve, 1))
        const took = performance.now() - began
        await node.stop()
        await sotto.removeProfile({ profile })
        return took
      }, { profile: `dial-${kind}-${i}`, addresses: [...addresses] }))
      await blank.page.close()
    }
    say(`node started → connected by ${kind}, WebRTC's loading included`, spread(dials))
  }

  const [one, other] = [await alice.tab(), await carol.tab()]
  await one.relayed()
  await other.relayed()
  const began = performance.now()
  await other.call('contacts.add', await one.link(), { name: 'alice' })
  await one.acceptAs('carol')
  await other.send('alice', 'hello', 'delivered')
  say('page → page by a relay: asked, accepted, first message', `${Math.round(performance.now() - began)} ms`)
  await other.direct(1)
  say('… and directly connected', `${Math.round(performance.now() - began)} ms`)
} finally {
  await alice.close()
  await carol.close()
  await house.close()
  await site.close()
}
