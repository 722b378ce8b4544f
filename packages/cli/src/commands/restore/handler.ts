import { phraseBlock } from '../../output/phrase.ts'
import { givenPassphrase } from '../../passphrase.ts'
import { bad } from '../../values.ts'
import type { Context } from '../../context.ts'

/** 24 words of at most 8 letters, with room for what people put between them. */
const MAX_PHRASE_BYTES = 1024

export async function handler (context: Context): Promise<undefined> {
  const { output, profile, values, world } = context
  if (values.has('passphrase-stdin')) throw bad('restore reads the recovery phrase from stdin: give the passphrase in a file.')
  const passphrase = await givenPassphrase(context)
  const typed = world.stdin.terminal
    ? await world.stdin.ask('Recovery phrase (24 words, on one line): ', { echo: true, signal: world.signal })
    : await world.stdin.all(MAX_PHRASE_BYTES, world.signal)
  const phrase = typed.trim().toLowerCase().split(/\s+/).join(' ')
  if (phrase === '') throw bad('There is no phrase on stdin.', 'sotto restore < phrase.txt')
  const { moveProfile, restoreProfile } = await world.door()
  const name = values.text('name')
  const init = { profile, phrase, onProgress: (line: string) => { output.progress(line) }, ...(passphrase === undefined ? {} : { passphrase }), ...(name === undefined ? {} : { name }) }
  if (values.has('move')) {
    const made = await moveProfile(init)
    output.result(made, () => [
      `You are ${made.id} now, and no longer ${made.from}.`,
      `Profile: ${made.profile}`,
      '',
      phraseBlock(made.phrase, output.paint),
      '',
      'Next: `sotto start`, and leave it running: contacts see the move in the directory, within three days, and ask you again.',
      'Those whose link you have hear of it at once: sotto contact add LINK'
    ].join('\n'))
    return
  }
  const { id, device, profile: path } = await restoreProfile(init)
  // the phrase is not said again: who restores has it
  output.result({ id, device, profile: path }, () => `You are ${id} again, on a new device.\nProfile: ${path}\n\nNext: \`sotto start\` lets your contacts find it.`)
}
