/**
 * How long a verb through a resident node takes, from the start of the launcher to its end: 20 runs against a test actor.
 * `npm run -s measure -w packages/cli -- [node]`
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { station } from './control.ts'

const RUNS = 20
const launcher = fileURLToPath(new URL('../../bin/sotto.js', import.meta.url))
const run = promisify(execFile)

const alice = await station()
const node = process.argv[2] ?? process.execPath
const verbs = [['status', '--json'], ['send', 'bob', 'hello', '--json'], ['history', 'bob'], ['--version']]
await alice.actor.contacts.add('sotto:bob')
for (const verb of verbs) {
  const times: number[] = []
  for (let at = 0; at <= RUNS; at++) {
    const started = performance.now()
    await run(node, [launcher, '--profile', alice.profile, ...verb])
    if (at > 0) times.push(performance.now() - started) // the first fills the compile cache
  }
  times.sort((a, b) => a - b)
  console.log(JSON.stringify({ verb: verb.join(' '), runs: RUNS, p50: Math.round(times[RUNS / 2] ?? NaN), p95: Math.round(times[RUNS - 1] ?? NaN) }))
}
await alice.close()
