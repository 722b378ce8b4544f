import { phraseBlock } from '../../output/phrase.ts'
import { initProfile } from '../../identity.ts'
import type { Context } from '../../context.ts'

export async function handler (context: Context): Promise<undefined> {
  const { output } = context
  const made = await initProfile(context)
  output.result(made, () => [
    `You are ${made.id}`,
    `Profile: ${made.profile}`,
    '',
    phraseBlock(made.phrase, output.paint),
    '',
    'Next: `sotto start` runs your node and shows the link for your friends.'
  ].join('\n'))
}
