import { connectControl } from '../../remote/client.ts'
import { withMessenger } from '../../session.ts'
import { bad } from '../../values.ts'
import type { IdentityId, Messenger } from '@sotto/node'
import type { Context } from '../../context.ts'

async function find (messenger: Messenger, who: string, signal: AbortSignal): Promise<IdentityId> {
  const self = await messenger.self({ signal })
  if (who === self.id || ['self', 'note to self'].includes(who.trim().toLowerCase())) return self.id
  return (await messenger.contacts.show(who, { signal })).id
}

export async function handler (context: Context): Promise<undefined> {
  const { output, profile, values, world, words } = context
  const { signal } = world
  const streams = world.screen()
  if (output.json) throw bad('A full screen has no JSON.', 'For scripts: `sotto listen --json` and `sotto send`.')
  if (streams === undefined || world.env.TERM === 'dumb') throw bad('`sotto chat` needs a terminal.', 'Without one: `sotto listen`, `sotto history WHO`, `sotto send WHO TEXT`.')
  // React reads it when it is loaded: its development build checks at run time what the compiler has checked, and is slower
  process.env.NODE_ENV ??= 'production'
  // while the node is asked, the screen is loaded
  const loading = import('../../tui/chat.ts')
  await withMessenger(context, async (messenger, { resident }) => {
    const [who, { chat }] = await Promise.all([words[0] === undefined ? undefined : find(messenger, words[0], signal), loading])
    const { unsure } = await chat({
      messenger,
      again: resident ? async signal => await connectControl(profile, { signal }) : undefined,
      streams,
      colours: output.colours,
      mouse: values.has('mouse'),
      onCrash: world.onCrash,
      who,
      signal,
      now: world.now
    })
    if (unsure > 0) output.note('The node went away before it answered: what you sent last may not have been sealed. `sotto history` tells.')
  }, { linger: true })
}
