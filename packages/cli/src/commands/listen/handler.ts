import { eventLine } from '../../output/event.ts'
import { withMessenger } from '../../session.ts'
import type { Context } from '../../context.ts'

export async function handler (context: Context): Promise<undefined> {
  const { output, values, world } = context
  const { signal } = world
  const since = values.text('since')
  await withMessenger(context, async messenger => {
    const self = await messenger.self({ signal })
    if (output.terminal) output.note('Listening. Ctrl-C ends it.')
    for await (const event of messenger.events({ signal, ...(since === undefined ? {} : { since }) })) {
      if (output.json) output.result(event, () => '')
      else {
        const line = eventLine(event, self.id, output.paint)
        if (line !== undefined) output.say(line)
      }
    }
  })
}
