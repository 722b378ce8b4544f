/**
 * Figures of calls. Parts, each in less than 45 s: `nodes` (from the answer to sound, what a call costs), `tab` (the same with a tab),
 * `lines` (delay, loss, recovery over good and bad lines). `npm run bench:calls -- nodes tab`; without names: all.
 */
import { writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { lines } from './calls/lines.ts'
import { nodes } from './calls/nodes.ts'
import { tab } from './calls/tab.ts'
import { machine, table } from './measure.ts'
import type { Row } from './measure.ts'

const PARTS: Readonly<Record<string, () => Promise<Row[]>>> = { nodes, tab, lines }
const named = process.argv.slice(2)
const unknown = named.find(name => PARTS[name] === undefined)
if (unknown !== undefined) throw new Error(`there is no part ${unknown}: ${Object.keys(PARTS).join(', ')}`)

for (const [name, run] of Object.entries(PARTS)) {
  if (named.length > 0 && !named.includes(name)) continue
  const load = loadavg()[0]
  const began = performance.now()
  const rows = await run()
  const seconds = Math.round((performance.now() - began) / 1000)
  const ratios = rows.flatMap(({ figure, floors: [floor] }) => floor === undefined ? [] : [{ what: figure.what, floor: floor.what, p50: figure.p50 / floor.p50, p95: figure.p95 / floor.p95 }])
  const report = { machine: machine(), part: name, seconds, load, rows, ratios }
  await writeFile(new URL(`../artifacts/bench-calls-${name}.json`, import.meta.url), `${JSON.stringify(report, null, 2)}\n`)
  console.log(`${name}: ${seconds} s, load ${load?.toFixed(1)}\n${table(rows)}`)
  for (const { what, floor, p50, p95 } of ratios) console.log(`${what}: ${p50.toFixed(1)} times (p95 ${p95.toFixed(1)} times) ${floor}`)
  console.log()
}
process.exit(0) // the threads of the media engine would keep it
