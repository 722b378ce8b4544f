/** Figures, their percentiles, and the machine that they were taken on. */
import { cpus, release, totalmem } from 'node:os'
import { performance } from 'node:perf_hooks'

/** One figure: what, in which unit, from how many samples. A single sample stands in both percentiles. */
export interface Figure { what: string, unit: string, p50: number, p95: number, n: number }
/** A figure beside what the same machine, in the same run, needs at least for it. */
export interface Row { figure: Figure, floors: Figure[] }

export function percentile (samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export function figure (what: string, unit: string, samples: readonly number[]): Figure {
  return { what, unit, p50: percentile(samples, 0.5), p95: percentile(samples, 0.95), n: samples.length }
}

/** Runs `once` n times after a few that do not count; ms each. */
export async function timed (n: number, once: (at: number) => Promise<unknown>, warmup = Math.min(5, n)): Promise<number[]> {
  const samples: number[] = []
  for (let at = -warmup; at < n; at++) {
    const began = performance.now()
    await once(at)
    if (at >= 0) samples.push(performance.now() - began)
  }
  return samples
}

export function machine (): Record<string, string | number> {
  const [first] = cpus()
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    system: `${process.platform} ${release()}`,
    node: process.version,
    time: new Date().toISOString()
  }
}

function number (value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** The figures, each with its floors indented below. */
export function table (rows: readonly Row[]): string {
  const lines = rows.flatMap(({ figure, floors }) => [figure, ...floors.map(floor => ({ ...floor, what: `  floor: ${floor.what}` }))])
  const cells = lines.map(({ what, unit, p50, p95, n }) => [what, number(p50), number(p95), unit, String(n)])
  const all = [['', 'p50', 'p95', 'unit', 'n'], ...cells]
  const widths = [0, 1, 2, 3, 4].map(column => Math.max(...all.map(row => row[column]?.length ?? 0)))
  return all.map(row => row.map((cell, column) => column === 0 || column === 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)).join('  ').trimEnd()).join('\n')
}
