import { harmless } from '../../output/harmless.ts'
import { moment, name } from '../../output/text.ts'
import { withMessenger } from '../../session.ts'
import type { FoundView, MessageId } from '@sotto/node'
import type { Context } from '../../context.ts'

/** More than this the node gives in no answer. */
const MAX_LIMIT = 500
/** So much stands before the first word that was found, characters. */
const LEAD = 24
/** Of a line: who and when. */
const HEAD = 34

/** The text around what was found, on one line, with the words marked. Each piece is made harmless by itself: a mark cannot be forged. */
function excerpt ({ message: { text }, marks }: FoundView, width: number, mark: (word: string) => string): string {
  const first = marks[0]?.[0] ?? 0
  const start = first <= LEAD ? 0 : first - LEAD
  const end = Math.max(start + width, marks[0]?.[1] ?? 0)
  const line = (from: number, to: number): string => harmless(text.slice(Math.max(start, from), Math.min(end, to))).replace(/\s*\n\s*/g, ' ⏎ ')
  let shown = start === 0 ? '' : '…'
  let at = start
  for (const [from, to] of marks) {
    if (from >= end) break
    shown += line(at, from) + mark(line(from, to))
    at = to
  }
  return `${shown}${line(at, end)}${end < text.length ? '…' : ''}`
}

export async function handler (context: Context): Promise<undefined> {
  const { output, values, words, world } = context
  const { paint } = output
  const { signal } = world
  const limit = values.integer('limit', 1, MAX_LIMIT)
  const before = values.text('before') as MessageId | undefined
  const query = { ...(limit === undefined ? {} : { limit }), ...(before === undefined ? {} : { before }) }
  const { found, self } = await withMessenger(context, async messenger => {
    const [found, { id }] = await Promise.all([
      messenger.conversations.search(words.join(' '), query, { signal, onProgress: line => { output.progress(line) } }),
      messenger.self({ signal })
    ])
    return { found, self: id }
  })
  if (found.length === 0) output.say('Nothing found.')
  for (const one of found) {
    const { message } = one
    const who = one.with === self ? 'note to self' : `${name(one.name, one.with)}${message.from === self ? ', you' : ''}`
    output.result(one, () => {
      const line = `${paint('dim', moment(message.time, world.now()))}  ${paint('bold', `${who}:`)} ${excerpt(one, Math.max(40, output.columns - HEAD), word => paint('yellow', word))}`
      return values.has('ids') ? `${line}\n  ${paint('dim', message.id)}` : line
    })
  }
}
