import { deliver } from '../../deliver.ts'
import type { Context } from '../../context.ts'
import type { MessageId } from '@sotto/node'

export async function handler (context: Context): Promise<number> {
  const { words, world } = context
  return await deliver(context, async messenger => await messenger.conversations.retract(words[0] as MessageId, { signal: world.signal }))
}
