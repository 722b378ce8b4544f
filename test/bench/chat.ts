/**
 * What `sotto chat` costs to look at: from its start to the first paint of a long conversation, and from a key to its paint
 * while messages pour in. Through tmux's control mode, so that no polling is in the figures.
 *
 * Run: npm run bench:chat -- [messages] [messages per second]
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Person, befriend } from '../support/actors.ts'
import { House, commandLine } from '../support/process.ts'

const count = Number(process.argv[2] ?? 10_000)
const perSecond = Number(process.argv[3] ?? 50)
const KEYS = 60
const DEADLINE_MS = 30_000

const house = await House.open()
const alice = new Person(house, 'alice')
const bob = new Person(house, 'bob')

/** tmux says what a pane wrote as `%output`, control characters in octal. */
function attach (socket: string, command: string): { text: () => string, type: (text: string) => void, until: (text: string) => Promise<number>, end: () => void } {
  const child = spawn('tmux', ['-S', socket, '-f', '/dev/null', '-C', 'new-session', '-x', '100', '-y', '30', command], { stdio: ['pipe', 'pipe', 'inherit'] })
  let seen = ''
  let wake = (): void => {}
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { seen = (seen + chunk).slice(-256 * 1024); wake() })
  return {
    text: () => seen,
    type (text) { seen = ''; child.stdin.write(`send-keys -l '${text}'\n`) },
    async until (text) {
      const timer = setTimeout(() => { throw new Error(`${text} was never painted`) }, DEADLINE_MS)
      while (!seen.includes(text)) await new Promise<void>(resolve => { wake = resolve })
      clearTimeout(timer)
      return performance.now()
    },
    end () { child.stdin.write('kill-server\n') }
  }
}

try {
  await Promise.all([alice.init(), bob.init()])
  await Promise.all([alice.start(), bob.start()])
  await befriend(alice, bob)
  const messenger = await bob.messenger()
  for (let sent = 0; sent < count; sent += 500) {
    await Promise.all(Array.from({ length: Math.min(500, count - sent) }, async (_, at) => await messenger.conversations.send('alice', { text: `message ${sent + at + 1}.` })))
  }
  await messenger.conversations.flushed()
  await (await alice.messenger()).conversations.markRead('bob')

  const { argv, env } = commandLine(house.home('alice'), ['--profile', alice.profile, 'chat', 'bob'], { TERM: 'screen-256color' })
  const command = `exec env -i ${Object.entries(env).map(([key, value]) => `'${key}=${value ?? ''}'`).join(' ')} ${argv.map(word => `'${word}'`).join(' ')}`
  const starts: number[] = []
  for (let round = 0; round < 5; round++) {
    const started = performance.now()
    const screen = attach(join(house.home('alice'), `tmux-${round}`), command)
    starts.push(await screen.until(`message ${count}.`) - started)
    screen.end()
  }
  const screen = attach(join(house.home('alice'), 'tmux'), command)
  await screen.until(`message ${count}.`)
  const stream = setInterval(() => { messenger.conversations.send('alice', { text: 'and on' }).catch(() => {}) }, 1000 / perSecond)
  const paints: number[] = []
  for (let typed = ''; typed.length < KEYS;) {
    await pause(70 + Math.random() * 60)
    const key = 'abcdefghij'[typed.length % 10] ?? ''
    typed += key
    const pressed = performance.now()
    screen.type(key)
    paints.push(await screen.until(`\u203a ${typed}`) - pressed)
  }
  clearInterval(stream)
  screen.end()
  const at = (list: number[], part: number): number => Math.round(list.toSorted((a, b) => a - b)[Math.floor(list.length * part)] ?? 0)
  console.log(JSON.stringify({ messages: count, firstPaintMs: { p50: at(starts, 0.5), worst: at(starts, 0.99) }, perSecond, keyToPaintMs: { p50: at(paints, 0.5), p95: at(paints, 0.95) } }))
} finally {
  await house.close()
}
