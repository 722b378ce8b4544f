/** Times and sizes as people say them. */
import { currentLanguage, text } from './language.ts'

const DAY_MS = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

function format (name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${currentLanguage()} ${name}`
  const known = formats.get(key)
  if (known !== undefined) return known
  // the region's habits (12 or 24 hours) come from the browser where it speaks the same language
  const region = navigator.languages.find(tag => tag.toLowerCase().startsWith(currentLanguage())) ?? currentLanguage()
  const made = new Intl.DateTimeFormat(region, options)
  formats.set(key, made)
  return made
}

export function dayKey (time: number): number {
  return new Date(time).setHours(0, 0, 0, 0)
}

export function clockTime (time: number): string {
  return format('clock', { hour: 'numeric', minute: '2-digit' }).format(time)
}

export function fullTime (time: number): string {
  return format('full', { dateStyle: 'full', timeStyle: 'short' }).format(time)
}

/** Today, yesterday, a weekday within the last week, else the date. */
export function dayName (time: number, now = Date.now()): string {
  const days = Math.round((dayKey(now) - dayKey(time)) / DAY_MS)
  if (days === 0) return text('today')
  if (days === 1) return text('yesterday')
  if (days > 1 && days < 7) return capital(format('weekday', { weekday: 'long' }).format(time))
  if (new Date(time).getFullYear() === new Date(now).getFullYear()) return capital(format('day', { weekday: 'short', day: 'numeric', month: 'long' }).format(time))
  return format('date', { day: 'numeric', month: 'long', year: 'numeric' }).format(time)
}

function capital (text: string): string {
  return text.charAt(0).toLocaleUpperCase(currentLanguage()) + text.slice(1)
}

/** For lists: the clock today, then the day, as short as can be. */
export function shortWhen (time: number, now = Date.now()): string {
  const days = Math.round((dayKey(now) - dayKey(time)) / DAY_MS)
  if (days <= 0) return clockTime(time)
  if (days === 1) return text('yesterday')
  if (days < 7) return format('short weekday', { weekday: 'short' }).format(time)
  if (days < 300) return format('short day', { day: 'numeric', month: 'short' }).format(time)
  return format('short date', { day: '2-digit', month: '2-digit', year: '2-digit' }).format(time)
}

/** `3:07`, or `1:02:09`. */
export function duration (seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, at) => at === 0 ? String(part) : String(part).padStart(2, '0')).join(':')
}

export function sizeOf (bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const at = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** at
  return new Intl.NumberFormat(currentLanguage(), { style: 'unit', unit: units[at] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: value < 10 && at > 0 ? 1 : 0 }).format(value)
}

/** `sotto1abcdef…wxyz`: enough to tell two apart, the whole stands where it is copied from. */
export function shortId (id: string): string {
  return `${id.slice(0, 12)}…${id.slice(-4)}`
}
