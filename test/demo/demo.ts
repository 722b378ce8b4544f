/**
 * `npm run demo`: a conversation between two people and three mailbox nodes, five real processes on loopback. Bob's node
 * and then a mailbox are killed (kill -9) and brought back. Exit 0 only if every message arrived exactly once.
 */
import { Person, texts } from '../support/actors.ts'
import { House } from '../support/process.ts'

/** The demo ends by itself within this, ms. */
const LIMIT_MS = 48_000
const MAILBOXES = ['mailbox-1', 'mailbox-2', 'mailbox-3']

const began = performance.now()

function say (line: string): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(5)
  console.log(`${seconds} s  ${line}`)
}

function scene (title: string): void { console.log(`\n${title}`) }

async function speak (from: Person, to: Person, text: string, wait: 'stored' | 'delivered', said: string[]): Promise<void> {
  said.push(text)
  const { state, copies } = await from.send(to.name, text, wait)
  const proof = state === 'stored' ? `stored at ${copies} mailboxes, each signed for it` : `${state}, signed by ${to.name}'s device`
  say(`${from.name}: “${text}”  (${proof})`)
}

/** What each of them has in the log must be what was said: everything, once, and in the same order on both sides. */
async function check (alice: Person, bob: Person, said: readonly string[]): Promise<boolean> {
  const [hers, his] = await Promise.all([texts(alice, bob.name, said.length, 10_000), texts(bob, alice.name, said.length, 10_000)])
  const wrong: string[] = []
  for (const [who, log] of [['alice', hers], ['bob', his]] as const) {
    for (const text of said) {
      const times = log.filter(entry => entry === text).length
      if (times !== 1) wrong.push(`${who} has “${text}” ${times} times`)
    }
    for (const text of log) if (!said.includes(text)) wrong.push(`${who} has “${text}”, which nobody said`)
  }
  if (hers.join('\n') !== his.join('\n')) wrong.push('the two logs differ in order')
  for (const line of wrong) say(`WRONG: ${line}`)
  say(`${said.length} messages said; alice's log holds ${hers.length}, bob's ${his.length}${wrong.length === 0 ? ', the same, in the same order' : ''}`)
  return wrong.length === 0
}

async function demo (house: House): Promise<boolean> {
  const said: string[] = []

  scene('Three people run a node that keeps mail for others.')
  const mailboxes = MAILBOXES.map(name => new Person(house, name, { mailbox: 'volunteer' }))
  await Promise.all(mailboxes.map(async mailbox => await mailbox.start()))
  for (const mailbox of mailboxes) say(`${mailbox.name} is ready, process ${mailbox.resident.pid}, ${mailbox.ready.addresses[0]}`)

  scene('Alice and bob start theirs. All that bob gives alice is his link.')
  const bootstrap = mailboxes.flatMap(mailbox => mailbox.ready.addresses)
  const alice = new Person(house, 'alice', { bootstrap })
  const bob = new Person(house, 'bob', { bootstrap })
  await Promise.all([alice, bob].map(async person => { await person.init(); await person.start() }))
  for (const person of [alice, bob]) say(`${person.name} is ${person.ready.id.slice(0, 16)}…, process ${person.resident.pid}`)
  await alice.add(bob)
  say('alice asked')
  await bob.acceptAs('alice')
  say('bob said yes')

  scene('They talk, device to device.')
  await speak(alice, bob, 'Hello bob, can you read this?', 'delivered', said)
  await speak(bob, alice, 'Every word.', 'delivered', said)

  scene('Bob\'s node is killed (kill -9). Alice writes on.')
  await bob.kill()
  say('bob is gone')
  await speak(alice, bob, 'Are you still there?', 'stored', said)
  await speak(alice, bob, 'Never mind, it can wait.', 'stored', said)

  scene('One of the mailboxes is killed too (kill -9), and bob comes back.')
  const [first] = mailboxes
  if (first === undefined) throw new Error('no mailbox')
  await first.kill()
  say(`${first.name} is gone`)
  await bob.start()
  await texts(bob, 'alice', said.length, 15_000)
  say('bob is back, and has what waited for him')
  await speak(bob, alice, 'My lid was closed. I have it all.', 'delivered', said)

  scene('The mailbox comes back, and alice goes to sleep in good order.')
  await first.start()
  say(`${first.name} is back`)
  await alice.stop()
  say('alice is away')
  await speak(bob, alice, 'Sleep well.', 'stored', said)
  await alice.start()
  await texts(alice, 'bob', said.length, 15_000)
  await speak(alice, bob, 'Good morning.', 'delivered', said)

  scene('What is in the two logs?')
  return await check(alice, bob, said)
}

const house = await House.open()
const limit = setTimeout(() => {
  say(`WRONG: not done within ${LIMIT_MS / 1000} s`)
  process.exit(1) // the exit handler of process.ts ends every process
}, LIMIT_MS)
try {
  process.exitCode = await demo(house) ? 0 : 1
} catch (error) {
  say(`WRONG: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  clearTimeout(limit)
  await house.close()
}
console.log(process.exitCode === 0 ? '\nEvery message arrived exactly once.' : '\nNot every message arrived exactly once.')
