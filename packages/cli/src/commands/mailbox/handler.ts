import { bytes, keeperLine, name, plural } from '../../output/text.ts'
import { withMessenger } from '../../session.ts'
import type { MailboxStatusView, Messenger } from '@sotto/node'
import type { Context, Handler } from '../../context.ts'

async function list (context: Context): Promise<undefined> {
  const { output, world } = context
  const keepers = await withMessenger(context, async messenger => await messenger.mailboxes.list({ signal: world.signal }))
  for (const keeper of keepers) output.result(keeper, () => keeperLine(keeper, output.paint, world.now()))
  if (keepers.length === 0) output.say('Nobody keeps mail for you: messages arrive while both sides are online. Ask a friend with a node that is always on: `sotto mailbox offer`, on their side.')
}

function block (view: MailboxStatusView): string {
  const modes = { off: 'keeps mail for nobody', contacts: 'keeps mail for contacts', volunteer: 'keeps mail for contacts, and for strangers who ask' }
  return [
    `This node ${modes[view.mode]}: ${bytes(view.used)} of ${bytes(view.limit)}, ${plural(view.queues, 'queue')}, ${plural(view.items, 'item')}`,
    ...view.grants.map(grant => `  ${grant.who === undefined ? 'a stranger' : name(grant.name ?? '', grant.who)}  ${bytes(grant.used)} of ${bytes(grant.limit)}`),
    ...view.mode === 'off' ? ['`sotto start --mailbox contacts` lets it keep mail for your contacts.'] : []
  ].join('\n')
}

function one (act: (messenger: Messenger, context: Context) => Promise<MailboxStatusView>, linger = false): Handler {
  return async context => {
    const view = await withMessenger(context, async messenger => await act(messenger, context), { linger })
    context.output.result(view, () => block(view))
    return undefined
  }
}

export const handlers: Readonly<Record<string, Handler>> = {
  list,
  offer: one(async (messenger, { values, words, world }) => {
    const size = values.bytes('bytes')
    return await messenger.mailboxes.offer(words[0] ?? '', { signal: world.signal, ...(size === undefined ? {} : { bytes: size }) })
  }, true),
  revoke: one(async (messenger, { words, world }) => await messenger.mailboxes.revoke(words[0] ?? '', { signal: world.signal }), true),
  status: one(async (messenger, { world }) => await messenger.mailboxes.status({ signal: world.signal }))
}
