import { UsageError } from '@sotto/node/errors'

/** One option of the command line, as data: parser, help, completion and manual page read the same table. */
export interface OptionSpec {
  name: string
  short?: string
  /** the placeholder of its value; without one it is a flag */
  value?: string
  /** the value may be left out */
  optional?: boolean
  many?: boolean
  choices?: readonly string[]
  /** not in the help */
  hidden?: boolean
  help: string
}

/** `many`: as many as are there; the last one only */
export interface PositionalSpec { name: string, help: string, optional?: boolean, many?: boolean, choices?: readonly string[] }
export interface Example { line: string, says: string }

export interface CommandSpec {
  name: string
  summary: string
  details?: string
  positionals?: readonly PositionalSpec[]
  options?: readonly OptionSpec[]
  subcommands?: readonly CommandSpec[]
  examples: readonly Example[]
  /** fields of each JSON line that scripts may rely on */
  json?: readonly string[]
}

const UNITS: Record<string, number> = { '': 1, b: 1, k: 2 ** 10, kib: 2 ** 10, m: 2 ** 20, mib: 2 ** 20, g: 2 ** 30, gib: 2 ** 30, t: 2 ** 40, tib: 2 ** 40 }
const AGES: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** The options given, by name. */
export class Values {
  readonly #given = new Map<string, string[]>()

  add (name: string, value: string): void {
    const list = this.#given.get(name)
    if (list === undefined) this.#given.set(name, [value])
    else list.push(value)
  }

  has (name: string): boolean { return this.#given.has(name) }

  text (name: string): string | undefined { return this.#given.get(name)?.at(-1) }

  list (name: string): string[] | undefined { return this.#given.get(name) }

  /** @throws UsageError BAD_ARGUMENT */
  integer (name: string, min: number, max: number): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
    if (!(value >= min && value <= max)) throw bad(`--${name} takes a whole number from ${min} to ${max}, not ‘${text}’.`)
    return value
  }

  /** Seconds, fractions allowed, as ms. @throws UsageError BAD_ARGUMENT */
  seconds (name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = /^\d{1,7}(\.\d{1,3})?$/.test(text) ? Number(text) : NaN
    if (!(value > 0)) throw bad(`--${name} takes a number of seconds above 0, not ‘${text}’.`)
    return Math.round(value * 1000)
  }

  /** `1048576`, `64MiB`, `2G`. @throws UsageError BAD_ARGUMENT */
  bytes (name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const match = /^(\d{1,15})\s*([a-z]{0,3})$/i.exec(text)
    const value = Number(match?.[1]) * (UNITS[(match?.[2] ?? '?').toLowerCase()] ?? NaN)
    if (!Number.isSafeInteger(value)) throw bad(`--${name} takes a size such as 1048576, 64MiB or 2GiB, not ‘${text}’.`)
    return value
  }

  /** Unix ms from `2h`, `3d`, an ISO date, or Unix ms. @throws UsageError BAD_ARGUMENT */
  time (name: string, now: number): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const age = /^(\d{1,6})([smhdw])$/.exec(text)
    if (age !== null) return now - Number(age[1]) * (AGES[age[2] ?? ''] ?? 0)
    const time = /^\d{9,15}$/.test(text) ? Number(text) : /^\d{4}-\d\d/.test(text) ? Date.parse(text) : NaN
    if (Number.isNaN(time)) throw bad(`--${name} takes an age such as 2h or 3d, a date such as 2026-01-31, or Unix milliseconds, not ‘${text}’.`)
    return time
  }
}

export function bad (message: string, hint?: string): UsageError {
  return new UsageError('BAD_ARGUMENT', message, hint === undefined ? {} : { hint })
}
