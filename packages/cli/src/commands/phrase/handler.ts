import { withPassphrase } from '../../passphrase.ts'
import { phraseBlock } from '../../output/phrase.ts'
import { withMessenger } from '../../session.ts'
import type { Context } from '../../context.ts'

export async function handler (context: Context): Promise<undefined> {
  const { output, world } = context
  const phrase = await withMessenger(context, async messenger =>
    await withPassphrase(context, async passphrase => await messenger.phrase(passphrase, { signal: world.signal })))
  output.result({ phrase }, () => phraseBlock(phrase, output.paint))
}
