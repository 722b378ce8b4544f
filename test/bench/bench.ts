/**
 * `npm run bench`: Sotto's figures, each beside a floor of the same run. Prints a table, writes the same as JSON to
 * test/artifacts/bench.json; with `--json` prints the JSON instead. Claims nothing, fails only if something cannot be measured.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createNode, initProfile } from '@sotto/node'
import { Person, texts } from '../support/actors.ts'
import { crowd, numbered, volunteers } from '../support/crowd.ts'
import { House } from '../support/process.ts'
import { bulkFloor, burstFloor, echoFloor, nodeFloor, pingFloor, putFloor, rssOf, sealFloor, startBare } from './floors.ts'
import { figure, machine, table, timed } from './measure.ts'
import type { Bare } from './floors.ts'
import type { Figure, Row } from './measure.ts'
import type { MessageId, SottoNode } from '@sotto/node'

/** The whole run ends by itself within this, ms. */
const LIMIT_MS = 175_000
const ROUND_TRIPS = 200
const BURST = 2000
const WAITING = 1000
const STARTS = 5
const VERBS = 15
/** Time for a fresh node to settle before it counts as idle, ms. */
const SETTLE_MS = 3000
/** How long an idle node is watched, ms. */
const IDLE_MS = 5000
const TEXT = 'x'.repeat(256)

function note (line: string): void { console.error(line) }

/** Alice's node in this very process, so that nothing but Sotto stands between send() and the receipt. */
async function aliceHere (house: House, bob: Person): Promise<SottoNode> {
  const profile = join(house.home('alice'), 'profile')
  await mkdir(house.home('alice'), { recursive: true })
  await initProfile({ profile, name: 'alice' })
  const alice = await createNode({ profile, network: 'local', listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: bob.options.bootstrap === undefined ? [] : [...bob.options.bootstrap] })
  await alice.contacts.add(bob.ready.link, { name: 'bob' })
  await bob.acceptAs('alice')
  const hello = await alice.conversations.send('bob', { text: 'hello' })
  await alice.conversations.wait(hello.message, 'delivered', { signal: AbortSignal.timeout(20_000) })
  return alice
}

async function roundTrips (alice: SottoNode): Promise<Figure> {
  return figure('one message: send() → delivered, durable on both sides', 'ms', await timed(ROUND_TRIPS, async () => {
    const { message } = await alice.conversations.send('bob', { text: TEXT })
    await alice.conversations.wait(message, 'delivered', { signal: AbortSignal.timeout(10_000) })
  }, 20))
}

async function sendMany (alice: SottoNode, lines: readonly string[]): Promise<MessageId[]> {
  return (await Promise.all(lines.map(async text => await alice.conversations.send('bob', { text })))).map(view => view.message)
}

async function burst (alice: SottoNode): Promise<Figure> {
  const began = performance.now()
  const ids = await sendMany(alice, numbered(TEXT.slice(0, 251), BURST))
  await Promise.all(ids.map(async id => await alice.conversations.wait(id, 'delivered', { signal: AbortSignal.timeout(60_000) })))
  return figure(`burst of ${BURST}: durable and receipted`, 'messages/s', [BURST / (performance.now() - began) * 1000])
}

/** Two who talk directly, and the floors of that. */
async function talking (bare: Bare): Promise<Row[]> {
  const house = await House.open()
  let alice: SottoNode | undefined
  try {
    const bob = new Person(house, 'bob')
    await bob.init()
    await bob.start()
    alice = await aliceHere(house, bob)
    note('one message …')
    const message = { figure: await roundTrips(alice), floors: [await pingFloor(bob.ready.addresses, ROUND_TRIPS), await echoFloor(bare.addresses, ROUND_TRIPS), await sealFloor(ROUND_TRIPS), await putFloor(ROUND_TRIPS)] }
    note('a burst …')
    const many = { figure: await burst(alice), floors: [await burstFloor(bare.addresses, BURST * 5)] }
    note('verbs through the resident node …')
    const verb = { figure: figure('sotto id through the resident node', 'ms', await timed(VERBS, async () => await bob.verb(['id']), 2)), floors: [await nodeFloor(VERBS)] }
    const worked = { figure: figure('node after all that, resident memory', 'MiB', [bob.resident.rss() / 2 ** 20]), floors: [] }
    return [message, many, verb, worked]
  } finally {
    await alice?.stop()
    await house.close()
  }
}

/** From the start of the process to all of 1,000 waiting messages in the log, their sender gone. */
async function waiting (bare: Bare): Promise<Row> {
  note(`${WAITING} messages wait …`)
  const { alice, bob, close } = await crowd({ mailboxes: volunteers(3) })
  try {
    await bob.stop()
    const { conversations } = await alice.messenger()
    const lines = numbered(TEXT.slice(0, 251), WAITING)
    for (let at = 0; at < WAITING; at += 100) await Promise.all(lines.slice(at, at + 100).map(async text => await conversations.send('bob', { text })))
    await conversations.flushed({ signal: AbortSignal.timeout(60_000) })
    await alice.stop()
    const began = performance.now()
    await bob.start()
    await texts(bob, 'alice', WAITING + 2, 60_000)
    return {
      figure: figure(`${WAITING} waiting messages: process start → all in the log`, 'ms', [performance.now() - began]),
      floors: [await bulkFloor(bare.addresses, WAITING * TEXT.length)]
    }
  } finally {
    await close()
  }
}

/** A fresh node that has settled and does nothing. */
async function idle (node: Person, bare: Bare): Promise<Row[]> {
  note('an idle node …')
  await sleep(SETTLE_MS)
  const before = node.resident.cpuMs()
  await sleep(IDLE_MS)
  const busy = (node.resident.cpuMs() - before) / IDLE_MS * 100
  return [
    { figure: figure('idle node, resident memory', 'MiB', [node.resident.rss() / 2 ** 20]), floors: [figure('bare libp2p node', 'MiB', [await rssOf(bare.pid)])] },
    { figure: figure(`idle node, share of a core over ${IDLE_MS / 1000} s`, '%', [busy]), floors: [] }
  ]
}

async function starting (bare: Bare): Promise<Row[]> {
  note('starting …')
  const house = await House.open()
  try {
    const carol = new Person(house, 'carol')
    await carol.init()
    const samples = []
    for (let at = -1; at < STARTS; at++) {
      await carol.start()
      if (at >= 0) samples.push(carol.resident.readyMs)
      await carol.stop()
    }
    const floor = []
    for (let at = -1; at < STARTS; at++) {
      const other = await startBare()
      if (at >= 0) floor.push(other.readyMs)
      await other.stop()
    }
    await carol.start()
    return [
      { figure: figure('start of the process → ready', 'ms', samples), floors: [figure('bare libp2p node, start → listening', 'ms', floor)] },
      ...await idle(carol, bare)
    ]
  } finally {
    await house.close()
  }
}

const limit = setTimeout(() => {
  console.error(`not done within ${LIMIT_MS / 1000} s`)
  process.exit(1)
}, LIMIT_MS)
const bare = await startBare()
try {
  const rows = [...await talking(bare), await waiting(bare), ...await starting(bare)]
  const result = { machine: machine(), rows }
  const artifacts = join(import.meta.dirname, '../artifacts')
  await mkdir(artifacts, { recursive: true })
  await writeFile(join(artifacts, 'bench.json'), JSON.stringify(result, null, 2) + '\n')
  console.log(process.argv.includes('--json') ? JSON.stringify(result) : `${table(rows)}\n\n${Object.values(result.machine).join(' · ')}`)
} finally {
  clearTimeout(limit)
  await bare.stop()
}
