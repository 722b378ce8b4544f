/**
 * What a long history costs: 100,000 messages of two devices in one conversation; searched, its last page, and compared with
 * another copy of it. Each figure beside the least that the same machine needs for it in the same run.
 *
 * Run: npm run bench:size -- [messages]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Text, directConversation } from '@sotto/protocols/message'
import { classicLevel } from './raw-level.ts'
import { createNode, initProfile } from '../../packages/node/src/index.ts'
import { systemClock } from '../../packages/node/src/clock.ts'
import { loadOwn } from '../../packages/node/src/identity/own.ts'
import { openProfile } from '../../packages/node/src/store/index.ts'
import { fold } from '../../packages/node/src/search/words.ts'
import { ConversationLog, answerReconcile, reconcile } from '../../packages/node/src/sync/index.ts'
import { LargeLog, chainOf, dice } from '../../packages/node/test/sync/large.ts'
import { memoryStore } from '../../packages/node/test/store/memory-store.ts'
import { figure, machine, table, timed } from './measure.ts'
import type { Row } from './measure.ts'
import type { SottoNode } from '../../packages/node/src/index.ts'

const count = Number(process.argv[2] ?? 100_000)
const BURST = 20
const PAGE = 50
const ROUNDS = 40
const VOCABULARY = 20_000

const roll = dice(1)
const syllables = ['ka', 'ro', 'mi', 'ten', 'sul', 'va', 'pe', 'lo', 'dri', 'nau', 'go', 'fé', 'zi', 'ba', 'hun', 'ce']
const vocabulary = Array.from({ length: VOCABULARY }, () => Array.from({ length: 2 + roll(3) }, () => syllables[roll(16)] ?? '').join(''))
/** Some words are said in every other message, most of them hardly ever. */
const word = (): string => vocabulary[Math.floor(VOCABULARY ** (roll(1 << 30) / (1 << 30))) - 1] ?? ''
const sentence = (n: number): string => `${Array.from({ length: 6 + roll(8) }, word).join(' ')}${n % 10_000 === 17 ? ' needle' : ''}${n % 1000 === 3 ? ' 日本語の話' : ''}`

/** Two devices of one person talk in turns, in stretches of twenty; one of them is the profile's. */
async function write (profile: string, texts: string[]): Promise<void> {
  const { store, close } = await openProfile({ profile, passphrase: undefined })
  const own = await loadOwn(store)
  const conversation = directConversation(own.identity, own.identity)
  const here = await ConversationLog.load({ store, clock: systemClock }, conversation, own.device)
  const there = await ConversationLog.load({ store: await memoryStore(), clock: systemClock }, conversation, new Uint8Array(16).fill(7))
  for (let n = 0; n < count; n += BURST) {
    const [speaker, listener] = n % (2 * BURST) === 0 ? [here, there] : [there, here]
    const said = Array.from({ length: Math.min(BURST, count - n) }, () => {
      const text = sentence(texts.length)
      texts.push(text)
      return speaker.append(1, Text.encode({ text }))
    })
    const heard = await listener.receive(said.map(({ entry }) => entry), new Uint8Array(64), true)
    await store.batch([...speaker === here ? said.flatMap(({ ops }) => ops) : heard.ops, ...here.stateOps()])
  }
  await close()
}

async function historyRows (node: SottoNode, texts: readonly string[], raw: { last: (n: number) => Promise<void> }): Promise<Row[]> {
  const find = async (search: string): Promise<unknown> => node.conversations.history(node.id, { search, limit: PAGE })
  const folded = texts.map(fold)
  const scan = async (search: string): Promise<unknown> => {
    const found: string[] = []
    for (let n = folded.length - 1; n >= 0 && found.length < PAGE; n--) if (folded[n]?.includes(search) === true) found.push(folded[n] ?? '')
    return found
  }
  const rows: Row[] = []
  for (const [what, search] of [['a rare word (10 of them)', 'needle'], ['the most frequent word', vocabulary[0] ?? ''], ['two frequent words', `${vocabulary[1]} ${vocabulary[2]}`], ['two letters that begin much', (vocabulary[0] ?? '').slice(0, 2)], ['Japanese', '日本語'], ['a word that nobody said', 'xylophone']] as const) {
    rows.push({
      figure: figure(`search, the newest ${PAGE}: ${what}`, 'ms', await timed(ROUNDS, async () => find(search))),
      floors: [figure('all texts in memory, String.includes', 'ms', await timed(ROUNDS, async () => scan(fold(search))))]
    })
  }
  rows.push({
    figure: figure(`the last ${PAGE} messages`, 'ms', await timed(ROUNDS, async () => node.conversations.history(node.id, { limit: PAGE }))),
    floors: [figure(`the last ${PAGE} values of a plain level database`, 'ms', await timed(ROUNDS, async () => raw.last(PAGE)))]
  })
  return rows
}

/** Two logs that differ in ten entries, at places drawn by lot; the first comparison finds them, the second that all is well. */
async function reconcileRows (): Promise<Row[]> {
  const authors = Array.from({ length: 4 }, (_, n) => chainOf(new Uint8Array(16).fill(n + 1), count / 4))
  const bytes: number[] = []
  const rounds: number[] = []
  const ms: number[] = []
  for (let seed = 1; seed <= 20; seed++) {
    const lot = dice(seed)
    const [alice, bob] = [new LargeLog(authors), new LargeLog(authors)]
    for (let n = 0; n < 10; n++) (lot(2) === 0 ? alice : bob).lack(authors[lot(4)]?.author ?? new Uint8Array(16), 1 + lot(count / 4))
    let sent = 0
    const exchange = async (question: Uint8Array): Promise<Uint8Array> => {
      const answer = await answerReconcile(bob, question)
      sent += question.byteLength + (answer?.byteLength ?? 0)
      return answer ?? new Uint8Array(0)
    }
    const began = performance.now()
    const first = await reconcile(alice, exchange)
    for (const stretch of first.needs) alice.gain(stretch)
    for (const stretch of first.haves) bob.gain(stretch)
    const second = await reconcile(alice, exchange)
    ms.push(performance.now() - began)
    if (second.rounds !== 1) throw new Error('they do not agree')
    bytes.push(sent)
    rounds.push(first.rounds + second.rounds)
  }
  const name = `${count} entries that differ in 10`
  return [
    { figure: figure(`${name}: round trips to agreement`, 'trips', rounds), floors: [figure('one, if one side knew', 'trips', [1])] },
    { figure: figure(`${name}: on the wire`, 'bytes', bytes), floors: [figure('ten names: author and sequence', 'bytes', [10 * 24])] },
    { figure: figure(`${name}: both sides`, 'ms', ms), floors: [] }
  ]
}

const directory = await mkdtemp(join(tmpdir(), 'sotto-size-'))
try {
  const profile = join(directory, 'profile')
  await initProfile({ profile, name: 'alice' })
  const texts: string[] = []
  await write(profile, texts)
  const raw = await classicLevel(join(directory, 'raw'), texts)
  const node = await createNode({ profile, network: 'local', listen: [], bootstrap: [], mailbox: 'off' })
  try {
    const send = async (): Promise<unknown> => node.conversations.send(node.id, { text: 'said meanwhile' })
    const began = performance.now()
    const ready = new AbortController()
    const building = node.conversations.history(node.id, { search: 'needle', limit: 1 }).finally(() => { ready.abort() })
    const meanwhile: number[] = []
    while (!ready.signal.aborted) meanwhile.push(...await timed(1, send, 0))
    await building
    const built = performance.now() - began
    const rows = [
      ...await reconcileRows(),
      { figure: figure('a message is on disk, while the history is indexed', 'ms', meanwhile), floors: [figure('the same afterwards', 'ms', await timed(200, send))] },
      { figure: figure(`the first search: ${count} messages are indexed`, 'ms', [built]), floors: [] },
      ...await historyRows(node, texts, raw)
    ]
    console.log(table(rows))
    console.log(JSON.stringify({ machine: machine(), messages: count, rows: rows.map(({ figure, floors }) => ({ ...figure, floors, ratio: floors[0] === undefined ? undefined : Math.round(figure.p50 / floors[0].p50 * 10) / 10 })) }))
  } finally {
    await node.stop()
    await raw.close()
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}
