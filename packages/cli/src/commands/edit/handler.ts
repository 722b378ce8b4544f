import { deliver } from '../../deliver.ts'
import { bad } from '../../values.ts'
import type { Context } from '../../context.ts'
import type { MessageId } from '@sotto/node'

/** As of send. */
const MAX_TEXT_BYTES = 32 * 1024

export async function handler (context: Context): Promise<number> {
  const { words, world } = context
  const [id = '', given = ''] = words
  const text = given === '-' ? (await world.stdin.all(MAX_TEXT_BYTES + 2, world.signal)).replace(/\r?\n$/, '') : given
  if (text === '') throw bad('The new text is empty.', 'To take a message back: sotto retract ID')
  return await deliver(context, async messenger => await messenger.conversations.edit(id as MessageId, text, { signal: world.signal }))
}
