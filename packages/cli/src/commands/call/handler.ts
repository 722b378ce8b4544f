import { closeSync, openSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { PeerError, UnreachableError, UsageError } from '@sotto/node/errors'
import { callLine, participantLine, unheardLine } from '../../output/call.ts'
import { EXIT } from '../../output/exit.ts'
import { moment, name as harmlessName } from '../../output/text.ts'
import { withMessenger } from '../../session.ts'
import { bad } from '../../values.ts'
import { checkSound } from './sound.ts'
import type { CallAnswer, CallView, Messenger, NodeEvent, ParticipantView } from '@sotto/node'
import type { NodeError } from '@sotto/node/errors'
import type { Context, Handler } from '../../context.ts'

/** Longest call that `--seconds` may ask for: a day. */
const MAX_SECONDS = 86_400

/** Paths are this command's; a resident node stands elsewhere. */
function answerOf ({ values, world }: Context): CallAnswer {
  const audio = values.text('audio') ?? 'default'
  const record = values.text('record')
  const seconds = values.integer('seconds', 1, MAX_SECONDS)
  if (values.has('until-played') && (audio === 'default' || audio === 'none')) throw bad('--until-played needs a file to play: --audio FILE.')
  const { cwd } = world
  return {
    audio: audio === 'default' || audio === 'none' ? audio : resolve(cwd, audio),
    ...(record === undefined ? {} : { record: resolve(cwd, record) }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(values.has('until-played') ? { untilPlayed: true } : {})
  }
}

/** What happens with one of several: each thing when it changes. */
const HAPPENED: Partial<Record<ParticipantView['phase'], string>> = { connecting: 'connecting', interrupted: 'interrupted', apart: 'apart', ended: 'left' }

/** Tells each thing once, and how it goes each second. */
class Teller {
  readonly #context: Context
  readonly #told = new Map<string, Set<string>>()
  /** the last of each participant, by call and person */
  readonly #last = new Map<string, string>()

  constructor (context: Context) {
    this.#context = context
  }

  tell (call: CallView, more: object = {}): void {
    const { output } = this.#context
    const told = this.#told.get(call.id) ?? new Set()
    this.#told.set(call.id, told)
    const line = (event: string, fields: object = {}): void => {
      output.result({ event, call: call.id, with: call.with, name: call.name, ...fields, ...more }, () => callLine(call))
    }
    const once = (event: string, fields: object = {}): void => {
      if (told.has(event)) return
      told.add(event)
      line(event, fields)
    }
    const over = (): void => {
      if (call.into === undefined) once('ended', { reason: call.end, seconds: call.seconds ?? 0 })
      else once('merged', { into: call.into })
    }
    if (call.participants.length > 1 && call.phase !== 'ringing') {
      for (const one of call.participants) this.#tellOf(call, one)
      if (call.phase === 'ended') over()
    } else if (call.phase === 'inviting') once(call.rings ? 'ringing' : 'calling')
    else if (call.phase === 'ringing') once('ringing')
    else if (call.phase === 'interrupted') line('interrupted')
    else if (call.phase === 'active' && call.stats !== undefined) {
      const { local, remote } = call.stats
      once('connected', { local, remote })
      if (output.json) line('stats', { seconds: call.seconds, ...call.stats })
    } else if (call.phase === 'ended') over()
  }

  /** It is over: one of the same name may ring anew. */
  forget (id: string): void {
    this.#told.delete(id)
    for (const key of this.#last.keys()) if (key.startsWith(`${id} `)) this.#last.delete(key)
  }

  #tellOf (call: CallView, one: ParticipantView): void {
    const { output } = this.#context
    const { stats, phase } = one
    const event = phase === 'inviting' ? (one.rings ? 'ringing' : 'calling') : phase === 'active' ? (stats === undefined ? undefined : 'connected') : HAPPENED[phase]
    if (event === undefined || (event === 'left' && call.phase === 'ended')) return // the end of all is told once
    const line = (event: string, fields: object = {}): void => {
      output.result({ event, call: call.id, with: one.with, name: one.name, ...fields }, () => participantLine(one) ?? '')
    }
    const key = `${call.id} ${one.with}`
    if (this.#last.get(key) !== event) {
      this.#last.set(key, event)
      line(event, event === 'connected' ? { local: stats?.local, remote: stats?.remote } : event === 'left' ? { reason: one.end, seconds: one.seconds ?? 0 } : {})
    }
    if (event === 'connected' && output.json) line('stats', { seconds: one.seconds, ...stats })
  }
}

/** How a call ended that did not go as it was meant to: a script knows them apart by the code, or by `reason` of `ended`. */
function failureOf ({ end, name, with: id }: CallView): NodeError | undefined {
  const who = harmlessName(name, id)
  switch (end) {
    case 'unanswered': return new UnreachableError('TIMEOUT', `${who} did not answer`, { hint: 'the missed call stands in the conversation' })
    case 'declined': return new PeerError('REFUSED', `${who} declined the call`, { hint: 'write instead: sotto send WHO TEXT' })
    case 'busy': return new PeerError('BUSY', `${who} talks with somebody else`, { hint: 'call again later' })
    case 'failed': return new UnreachableError('UNREACHABLE', `no way to ${who} was found`, { hint: 'a TURN server helps where both networks let nothing in: sotto start --ice-server URL' })
    case 'lost': return new UnreachableError('UNREACHABLE', `the call with ${who} was cut off`, { hint: 'call again: sotto call start WHO' })
    default: return undefined
  }
}

async function start (context: Context): Promise<number> {
  const { output, words, world } = context
  const answer = answerOf(context)
  return await withMessenger(context, async messenger => {
    const events = follow(messenger, world.signal)
    const call = await messenger.calls.start(words.length > 1 ? words : words[0] ?? '', answer, { signal: world.signal })
    const teller = new Teller(context)
    teller.tell(call)
    let now = call
    const unheard = setTimeout(() => { if (now.phase === 'inviting' && !now.rings) output.note(unheardLine(now)) }, world.patience.ring)
    const last = await untilEnd(messenger, events, call, view => {
      now = view
      teller.tell(view)
    }).finally(() => { clearTimeout(unheard) })
    const failure = failureOf(last)
    if (failure !== undefined) throw failure
    return last.seconds === undefined && last.end !== 'cancelled' ? EXIT.failed : EXIT.done
  }, { linger: true })
}

async function answer (context: Context): Promise<undefined> {
  const { output, values, world } = context
  const wanted = answerOf(context)
  checkSound(wanted, context)
  const from = values.text('from')
  await withMessenger(context, async messenger => {
    const only = from === undefined ? undefined : (await messenger.contacts.show(from, { signal: world.signal })).id
    const teller = new Teller(context)
    if (output.terminal) output.note('Waiting for calls. Ctrl-C ends it.')
    const events = follow(messenger, world.signal)
    const waiting = (await messenger.calls.list({ signal: world.signal })).filter(call => isFor(call, only))
    for (;;) {
      const call = waiting.shift() ?? await nextCall(events, only)
      if (call === undefined) return
      teller.tell(call)
      const note = wanted.record === undefined || values.has('once') ? undefined : reserve(wanted.record, call.id)
      const record = note ?? wanted.record
      const more = record === undefined ? {} : { record }
      let taken: CallView | undefined
      try {
        taken = await messenger.calls.answer(call.id, { ...wanted, ...more }, { signal: world.signal })
        const last = await untilEnd(messenger, events, taken, view => { teller.tell(view, view.phase === 'ended' ? more : {}) })
        teller.forget(last.id)
        const failure = values.has('once') ? failureOf(last) : undefined
        if (failure !== undefined) throw failure
      } catch (error) {
        if (taken === undefined && note !== undefined) rmSync(note, { force: true }) // nothing was recorded
        // it was taken back, or another device has it: the next one may come
        if (!(error instanceof UsageError) || (error.code !== 'UNKNOWN_CALL' && error.code !== 'BUSY')) throw error
      }
      if (values.has('once')) return
    }
  })
}

function isFor (call: CallView, only: string | undefined): boolean {
  return call.phase === 'ringing' && call.direction === 'incoming' && (only === undefined || call.with === only || call.participants.some(one => one.with === only && one.phase === 'ringing'))
}

/** Begins at once: what happens before the first look is not missed. */
function follow (messenger: Messenger, signal: AbortSignal): AsyncIterator<NodeEvent> {
  const iterator = messenger.events({ signal })[Symbol.asyncIterator]()
  let first: Promise<IteratorResult<NodeEvent>> | undefined = iterator.next()
  first.catch(() => {}) // whoever asks for it is told
  return {
    next: async () => {
      const next = first ?? iterator.next()
      first = undefined
      return await next
    }
  }
}

async function nextCall (events: AsyncIterator<NodeEvent>, only: string | undefined): Promise<CallView | undefined> {
  for (;;) {
    const next = await events.next()
    if (next.done === true) return undefined
    if (next.value.event === 'call' && isFor(next.value.call, only)) return next.value.call
  }
}

/** Ctrl-C hangs up; so does the end of the stream. Where both called at once it goes on with the call that goes on. */
async function untilEnd (messenger: Messenger, events: AsyncIterator<NodeEvent>, first: CallView, tell: (call: CallView) => void): Promise<CallView> {
  let { id } = first
  for (;;) {
    const next = await events.next()
    if (next.done !== true && (next.value.event !== 'call' || next.value.call.id !== id)) continue
    const call = next.done === true ? await messenger.calls.hangUp(id) : next.value.event === 'call' ? next.value.call : first
    tell(call)
    if (call.into !== undefined) id = call.into
    else if (call.phase === 'ended' || next.done === true) return call
  }
}

/** Names that are tried for one note: a caller who sends more of them has filled enough. */
const MAX_NOTES = 1000

/** note.wav → note-1a2b3c4d.wav, note-1a2b3c4d-2.wav …: taken at once, and never one that is there. The caller chooses the id of a call, also one of old. */
function reserve (path: string, id: string): string {
  const dot = path.lastIndexOf('.')
  const at = dot > path.lastIndexOf('/') ? dot : path.length
  for (let n = 1; n <= MAX_NOTES; n++) {
    const note = `${path.slice(0, at)}-${id.slice(0, 8)}${n === 1 ? '' : `-${n}`}${path.slice(at)}`
    try {
      closeSync(openSync(note, 'wx', 0o600))
      return note
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new UsageError('BAD_AUDIO', 'this file cannot be written', { cause: error, hint: 'choose another place: --record FILE' })
    }
  }
  throw new UsageError('BAD_AUDIO', 'there are too many notes of this name', { hint: 'move them away, or choose another place: --record FILE' })
}

/** When one began to talk, or else when it came to be as it is. */
function beginOf ({ since, seconds, phase }: CallView): number { return phase === 'ended' && seconds !== undefined ? since - seconds * 1000 : since }

async function list (context: Context): Promise<undefined> {
  const { output, world } = context
  const calls = await withMessenger(context, async messenger => await messenger.calls.list({ signal: world.signal }))
  for (const call of calls) output.result(call, () => `${moment(beginOf(call), world.now())}  ${call.id.slice(0, 8)}  ${callLine(call)}`)
  if (calls.length === 0) output.say('No calls since the node started. Call somebody: sotto call start WHO')
}

/** `invite [CALL] WHO`: without CALL the one that one is in. */
async function invite (context: Context): Promise<undefined> {
  const { output, words, world } = context
  const [id, who] = words.length > 1 ? [words[0] ?? '', words[1] ?? ''] : ['', words[0] ?? '']
  const view = await withMessenger(context, async messenger => {
    const call = (await messenger.calls.list({ signal: world.signal })).find(({ phase, id: name }) => phase !== 'ended' && phase !== 'ringing' && name.startsWith(id.toLowerCase()))
    if (call === undefined) throw new UsageError('UNKNOWN_CALL', 'you are in no call', { hint: 'call several at once: sotto call start WHO WHO' })
    return await messenger.calls.invite(call.id, who, { signal: world.signal })
  })
  output.result(view, () => callLine(view))
}

async function hangup (context: Context): Promise<undefined> {
  const { output, words, world } = context
  const view = await withMessenger(context, async messenger => {
    const open = (await messenger.calls.list({ signal: world.signal })).filter(call => call.phase !== 'ended' && call.id.startsWith(words[0]?.toLowerCase() ?? ''))
    const [call, other] = open
    if (call === undefined) throw new UsageError('UNKNOWN_CALL', 'there is no call to end', { hint: 'sotto call list' })
    if (other !== undefined) throw new UsageError('UNKNOWN_CALL', 'there are several calls', { hint: 'say which: sotto call list, then sotto call hangup ID' })
    return await messenger.calls.hangUp(call.id, { signal: world.signal })
  })
  output.result(view, () => callLine(view))
}

export const handlers: Readonly<Record<string, Handler>> = { start, answer, invite, list, hangup }
