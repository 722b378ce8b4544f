/** A page with a long history of its own, for the bench: made in the page, straight into its store, then searched through its messenger. */
import { Text, directConversation } from '@sotto/protocols/message'
import { createNode, initProfile } from '@sotto/node'
import { systemClock } from '../../../packages/node/src/clock.ts'
import { loadOwn } from '../../../packages/node/src/identity/own.ts'
import { openProfile } from '../../../packages/node/src/store/index.ts'
import { ConversationLog } from '../../../packages/node/src/sync/index.ts'
import { dice } from '../../../packages/node/test/sync/large.ts'
import type { SottoNode } from '@sotto/node'

const PROFILE = 'bench'
/** Messages written at once. */
const BATCH = 500
const VOCABULARY = 20_000

const roll = dice(1)
const syllables = ['ka', 'ro', 'mi', 'ten', 'sul', 'va', 'pe', 'lo', 'dri', 'nau', 'go', 'fé', 'zi', 'ba', 'hun', 'ce']
const vocabulary = Array.from({ length: VOCABULARY }, () => Array.from({ length: 2 + roll(3) }, () => syllables[roll(16)] ?? '').join(''))
/** Some words are said in every other message, most of them hardly ever. */
const word = (): string => vocabulary[Math.floor(VOCABULARY ** (roll(1 << 30) / (1 << 30))) - 1] ?? ''
const sentence = (n: number): string => `${Array.from({ length: 6 + roll(8) }, word).join(' ')}${n % 10_000 === 17 ? ' needle' : ''}${n % 1000 === 3 ? ' 日本語の話' : ''}`

let node: SottoNode | undefined

async function write (count: number): Promise<void> {
  await initProfile({ profile: PROFILE, name: 'alice' })
  const { store, close } = await openProfile({ profile: PROFILE, passphrase: undefined })
  const own = await loadOwn(store)
  const log = await ConversationLog.load({ store, clock: systemClock }, directConversation(own.identity, own.identity), own.device)
  for (let n = 0; n < count; n += BATCH) {
    const said = Array.from({ length: Math.min(BATCH, count - n) }, (_, at) => log.append(1, Text.encode({ text: sentence(n + at) })))
    await store.batch([...said.flatMap(({ ops }) => ops), ...log.stateOps()])
  }
  await close()
}

const page = {
  /** @returns ms until the whole history is indexed */
  async open (count: number): Promise<number> {
    await write(count)
    node = await createNode({ profile: PROFILE, network: 'local', bootstrap: [], mailbox: 'off' })
    const began = performance.now()
    await node.conversations.search('needle', { limit: 1 })
    return performance.now() - began
  },
  /** Says so much more, which no index takes in yet. */
  async say (count: number): Promise<void> {
    if (node === undefined) throw new Error('nothing is open in this page')
    for (let n = 0; n < count; n++) await node.conversations.send(node.id, { text: sentence(n) })
  },
  words: () => ({ 'a rare word': 'needle', 'the most frequent word': vocabulary[0] ?? '', 'two frequent words': `${vocabulary[1]} ${vocabulary[2]}`, 'two letters that begin much': (vocabulary[0] ?? '').slice(0, 2), Japanese: '日本語', 'a word that nobody said': 'xylophone' }),
  /** In all conversations, or in one. @returns ms of each round */
  async find (text: string, all: boolean, rounds: number): Promise<number[]> {
    if (node === undefined) throw new Error('nothing is open in this page')
    const times: number[] = []
    for (let at = 0; at < rounds; at++) {
      const began = performance.now()
      if (all) await node.conversations.search(text, { limit: 50 })
      else await node.conversations.history(node.id, { search: text, limit: 200 })
      times.push(performance.now() - began)
    }
    return times
  }
}

export type SearchPage = typeof page
Object.assign(globalThis, { bench: page })
