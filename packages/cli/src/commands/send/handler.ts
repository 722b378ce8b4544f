import { deliver } from '../../deliver.ts'
import { bad } from '../../values.ts'
import type { Context } from '../../context.ts'
import type { MessageId, MessageState } from '@sotto/node'

/** Longest text, bytes (cli.md). The node checks it too; here it bounds what is read from a pipe. */
const MAX_TEXT_BYTES = 32 * 1024

export async function handler (context: Context): Promise<number> {
  const { values, words, world } = context
  const [who = '', given = ''] = words
  const wait = values.text('wait') as MessageState | undefined
  const timeout = values.seconds('timeout')
  if (timeout !== undefined && wait === undefined) throw bad('--timeout needs --wait.', 'sotto send bob hello --wait delivered --timeout 30')
  // one line break at the end is the pipe's, not the message's
  const text = given === '-' ? (await world.stdin.all(MAX_TEXT_BYTES + 2, world.signal)).replace(/\r?\n$/, '') : given
  if (text === '') throw bad('There is nothing to send.', 'The text is empty.')
  const replyTo = values.text('reply-to') as MessageId | undefined
  const id = values.text('id')
  return await deliver(context, async messenger => await messenger.conversations.send(who, {
    text,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(id === undefined ? {} : { id })
  }, { signal: world.signal }), wait === undefined ? undefined : { state: wait, timeout })
}
