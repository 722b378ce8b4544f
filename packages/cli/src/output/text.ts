/** How things read for people. Everything that somebody else wrote goes through `harmless`. */
import { harmless, oneLine } from './harmless.ts'
import type { Paint } from './paint.ts'
import type { ContactView, DeliveryView, IdentityId, KeeperInfo, MessageState, MessageView } from '@sotto/node'

/** A name of others, as long as a terminal can take. */
const MAX_NAME = 40

/** What of it matters most to whoever looks at a device that was revoked. */
export const REVOKED = 'This device was revoked: nothing goes out from it, and nothing new comes. `sotto doctor` says what to do.'

export function name (given: string, id: string): string { return oneLine(given, MAX_NAME) || shortId(id) }
export function shortId (id: string): string { return id.length > 16 ? `${id.slice(0, 14)}…` : id }

export function clock (time: number): string {
  const date = new Date(time)
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
}

export function day (time: number): string {
  return new Date(time).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
}

/** Today by the clock, else by the date. */
export function moment (time: number, now: number): string {
  const date = new Date(time)
  if (new Date(now).toDateString() === date.toDateString()) return clock(time)
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')} ${clock(time)}`
}

export function bytes (count: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
  let unit = 0
  let value = count
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1).replace(/\.0$/, '')} ${units[unit] ?? ''}`
}

export function duration (seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min`
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`
  return `${Math.floor(whole / 86_400)} d ${Math.floor(whole % 86_400 / 3600)} h`
}

export function plural (count: number, noun: string): string { return `${count} ${noun}${count === 1 ? '' : 's'}` }

/** Never more than what is proved. */
export function state (state: MessageState, copies: number): string {
  if (state === 'stored') return `stored, ${plural(copies, 'copy').replace('copys', 'copies')}`
  return state === 'sealed' ? 'sealed here' : state
}

export function delivery (view: DeliveryView, paint: Paint): string {
  const waits = view.waiting === undefined || view.state === 'delivered' || view.state === 'read' ? '' : `\n  ${paint('yellow', harmless(view.waiting))}`
  return `${view.message}  ${state(view.state, view.copies)}${waits}`
}

export function contactLine (view: ContactView, paint: Paint): string {
  const marks = [
    view.state === 'requested' ? paint('yellow', 'requested') : '',
    view.state === 'moved' ? paint('red', 'moved') : '',
    view.verified ? paint('green', 'verified') : '',
    view.devicesChanged ? paint('yellow', 'devices changed') : '',
    view.blocked ? paint('red', 'blocked') : ''
  ].filter(mark => mark !== '')
  const waits = view.waiting === undefined ? '' : `\n  ${paint('dim', harmless(view.waiting))}`
  return `${paint('bold', name(view.name, view.id))}  ${view.id}${marks.length > 0 ? `  ${marks.join(', ')}` : ''}${waits}`
}

export function contactBlock (view: ContactView, paint: Paint): string {
  return [
    contactLine(view, paint),
    ...view.profileName !== '' && view.profileName !== view.name ? [`  calls themselves  ${oneLine(view.profileName, MAX_NAME)}`] : [],
    ...view.note === '' ? [] : [`  note              ${oneLine(view.note, 200)}`],
    ...view.movedTo === undefined ? [] : [`  moved to          ${view.movedTo}`],
    ...view.movedFrom === undefined ? [] : [`  moved from        ${view.movedFrom}`],
    `  devices           ${view.devices.length === 0 ? 'none known yet' : view.devices.join(', ')}`,
    ...view.unlisted === undefined ? [] : [`  no longer listed  ${paint('red', view.unlisted.join(', '))}`],
    `  directory         ${view.directory === undefined ? 'not heard of there yet' : paint(view.directory.stale === undefined ? 'dim' : 'yellow', harmless(view.directory.text))}`
  ].join('\n')
}

/** A mailbox that was watched for less has no record yet, ms. */
const MEASURED_MS = 60 * 60 * 1000

function reliability ({ up, measured }: KeeperInfo): string {
  return measured < MEASURED_MS ? '' : `, up ${Math.round(up * 100)} % of the time (${duration(measured / 1000)})`
}

export function keeperLine (keeper: KeeperInfo, paint: Paint, now: number): string {
  const trouble = keeper.trouble === undefined ? '' : `\n  ${paint('yellow', harmless(keeper.trouble))}`
  return `${keeper.peer}  ${keeper.kind}  ${bytes(keeper.used)}${keeper.limit === 0 ? '' : ` of ${bytes(keeper.limit)}`}  ${keeper.lastSeen === 0 ? 'not seen yet' : `seen ${moment(keeper.lastSeen, now)}`}${reliability(keeper)}${trouble}`
}

export interface MessageStyle {
  paint: Paint
  self: IdentityId
  /** who is called what */
  nameOf: (id: IdentityId) => string
  /** the messages around, for replies */
  find: (id: string) => MessageView | undefined
  ids: boolean
}

/** A call that somebody hoped we would take. */
export function isMissed ({ call, from }: MessageView, self: IdentityId): boolean {
  return call !== undefined && (from === self) !== call.caller && (call.outcome === 'missed' || call.outcome === 'busy')
}

/** Nobody said it: no name stands before it. */
export function callWords (view: MessageView): string { return `☎ ${oneLine(view.text, 500)}` }

/** Lines after the first are set in by a bar: nobody can write a line that looks like another's message. */
function body (text: string, indent: string): string {
  return harmless(text).split('\n').join(`\n${indent}│ `)
}

export function messageBlock (view: MessageView, style: MessageStyle): string {
  const { paint } = style
  const own = view.from === style.self
  const indent = '       '
  const who = own ? 'you' : style.nameOf(view.from)
  if (view.kind === 'gap') {
    return `${clock(view.time)}  ${paint('yellow', `… ${plural(view.missing ?? 1, 'message')} of ${who} missing, asked for`)}`
  }
  if (view.kind === 'call') return `${clock(view.time)}  ${paint(isMissed(view, style.self) ? 'yellow' : 'dim', callWords(view))}`
  if (view.kind === 'notice') return `${clock(view.time)}  ${paint('yellow', `— ${oneLine(view.text, 500)}`)}`
  const lines: string[] = []
  if (view.replyTo !== undefined) {
    const original = style.find(view.replyTo)
    const quoted = original === undefined ? 'an earlier message' : original.retracted === true ? 'a retracted message' : `${original.from === style.self ? 'you' : style.nameOf(original.from)}: ${oneLine(original.text, 50)}`
    lines.push(paint('dim', `${indent}↪ ${quoted}`))
  }
  const text = view.retracted === true ? paint('dim', '(retracted)') : body(view.text, indent)
  const marks = [
    view.edited === true && view.retracted !== true ? 'edited' : '',
    own ? state(view.state, view.copies) : '',
    view.clockWrong === true ? 'their clock is wrong' : '',
    view.equivocation === true ? 'two different messages claim this place' : ''
  ].filter(mark => mark !== '')
  lines.push(`${paint('dim', clock(view.time))}  ${paint(own ? 'cyan' : 'bold', `${who}:`)} ${text}${marks.length > 0 ? paint('dim', `  [${marks.join(', ')}]`) : ''}`)
  if (view.reactions.length > 0) {
    lines.push(`${indent}${view.reactions.map(({ from, emoji }) => `${oneLine(emoji, 16)} ${from === style.self ? 'you' : style.nameOf(from)}`).join('  ')}`)
  }
  if (own && view.waiting !== undefined && (view.state === 'sealed' || view.state === 'stored')) lines.push(`${indent}${paint('yellow', harmless(view.waiting))}`)
  if (style.ids) lines.push(paint('dim', `${indent}${view.id}`))
  return lines.join('\n')
}

/** A name as it can be typed after a verb. */
export function shellWord (contact: ContactView): string {
  return /^[\w.-]+$/.test(contact.name) ? contact.name : contact.id
}
