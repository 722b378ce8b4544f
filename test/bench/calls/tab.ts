/** A call between a tab and a terminal: from the answer to sound, and what it costs the browser. */
import { readFileSync, readdirSync } from 'node:fs'
import { Person, eventually } from '../../support/actors.ts'
import { House } from '../../support/process.ts'
import { openSite } from '../../support/site.ts'
import { BrowserPerson, FOR_PAGES, pageAddresses } from '../../support/tab.ts'
import { figure } from '../measure.ts'
import { bareConnect } from './floor.ts'
import type { CallId } from '@sotto/node'
import type { Row } from '../measure.ts'

const CALLS = 4
const COST_MS = 5000
const FLOOR_ROUNDS = 10

/** CPU time of all processes below this one that are a browser's, ms (Linux, clock ticks of 10 ms). */
function browserCpuMs (): number {
  const of = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8')
    } catch {
      return '' // it ended meanwhile
    }
  }
  const all = readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(pid => {
    const fields = of(pid, 'stat').split(') ')[1]?.split(' ') ?? []
    return { pid, parent: fields[1], ms: 10 * (Number(fields[11]) + Number(fields[12])), browser: /chrom/.test(of(pid, 'cmdline').split('\0')[0] ?? '') }
  })
  const below = (pid: string): typeof all => all.filter(({ parent }) => parent === pid).flatMap(child => [child, ...below(child.pid)])
  return below(String(process.pid)).filter(({ browser }) => browser).reduce((sum, { ms }) => sum + ms, 0)
}

async function cost (bob: Person): Promise<[tab: number, node: number]> {
  const [tab, node, began] = [browserCpuMs(), bob.resident.cpuMs(), performance.now()]
  await new Promise(resolve => setTimeout(resolve, COST_MS))
  const share = 100 / (performance.now() - began)
  return [(browserCpuMs() - tab) * share, (bob.resident.cpuMs() - node) * share]
}

export async function tab (): Promise<Row[]> {
  const site = await openSite(new URL('../../browser/page', import.meta.url).pathname)
  const house = await House.open()
  const bob = new Person(house, 'bob')
  let alice: BrowserPerson | undefined
  try {
    await bob.start([], FOR_PAGES)
    alice = await BrowserPerson.open('alice', site, pageAddresses(bob.ready.addresses))
    const tab = await alice.tab()
    await tab.call('contacts.add', await bob.link(), { name: 'bob' })
    await bob.acceptAs('alice')
    await tab.send('bob', 'I am alice', 'delivered')
    const floor = await bareConnect(FLOOR_ROUNDS)
    const [tabIdle, nodeIdle] = await cost(bob)
    const media: number[] = []
    const reloads: number[] = []
    let last: [number, number] = [0, 0]
    for (let round = 0; round < CALLS; round++) {
      const { id } = await tab.call<{ id: CallId }>('calls.start', 'bob')
      const messenger = await bob.messenger()
      await eventually(bob, 'ringing', 20_000, async ({ calls }) => (await calls.list()).find(call => call.id === id && call.phase === 'ringing'))
      const accepted = Date.now()
      await messenger.calls.answer(id, { audio: 'none' })
      const active = await Promise.all([
        tab.inCall('active', call => call.id === id && call.phase === 'active'),
        eventually(bob, 'active', 20_000, async ({ calls }) => (await calls.list()).find(call => call.id === id && call.phase === 'active'))
      ])
      media.push(Math.max(...active.map(({ since }) => since)) - accepted)
      if (round === CALLS - 1) last = await cost(bob)
      const left = Date.now()
      await tab.reload()
      await tab.call('calls.answer', id)
      reloads.push((await tab.inCall('active again', call => call.id === id && call.phase === 'active')).since - left)
      await tab.call('calls.hangUp', id)
      await eventually(bob, 'ended', 20_000, async ({ calls }) => (await calls.list()).find(call => call.id === id && call.phase === 'ended'))
    }
    return [
      { figure: figure('tab calls terminal: accepted → sound both ways', 'ms', media), floors: [floor] },
      { figure: figure('the tab is loaded anew in mid-call: until sound again', 'ms', reloads), floors: [] },
      { figure: figure('CPU of the browser in a call', '% of a core', [last[0]]), floors: [figure('the same tab without one', '% of a core', [tabIdle])] },
      { figure: figure('CPU of the node in that call', '% of a core', [last[1]]), floors: [figure('the same node without one', '% of a core', [nodeIdle])] }
    ]
  } finally {
    await alice?.close()
    await house.close()
    await site.close()
  }
}
