/** Numbers as people say them. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']

export function plural (count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** A length of time in one unit, rounded down; the sign is dropped. */
export function span (ms: number): string {
  const whole = Math.abs(ms)
  if (whole < 1000) return 'a moment'
  if (whole < MINUTE) return plural(Math.floor(whole / 1000), 'second')
  if (whole < HOUR) return plural(Math.floor(whole / MINUTE), 'minute')
  if (whole < 2 * DAY) return plural(Math.floor(whole / HOUR), 'hour')
  return plural(Math.floor(whole / DAY), 'day')
}

export function ago (ms: number): string { return Math.abs(ms) < MINUTE ? 'just now' : `${span(ms)} ago` }

export function size (count: number): string {
  let unit = 0
  let value = count
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1).replace(/\.0$/, '')} ${UNITS[unit] ?? ''}`
}

/** `Alice`, `Alice and Bob`, `Alice, Bob and 3 more` */
export function names (list: readonly string[], most = 3): string {
  const shown = list.slice(0, most)
  const more = list.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  const last = shown.at(-1) ?? ''
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`
}

/** Text that somebody else began in lower case, as a sentence of its own. */
export function sentence (text: string): string {
  const begun = text.replace(/^\p{Ll}/u, first => first.toUpperCase())
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}

/** The end of a PeerId: enough to tell two apart. */
export function short (peer: string): string { return `…${peer.slice(-8)}` }

/** The one in the middle; undefined of none. */
export function median (values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)]
}
