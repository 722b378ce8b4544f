import { day, messageBlock, name } from '../../output/text.ts'
import { withMessenger } from '../../session.ts'
import type { HistoryQuery, IdentityId, Messenger } from '@sotto/node'
import type { Context } from '../../context.ts'
import type { MessageStyle } from '../../output/text.ts'

/** More than anybody scrolls. */
const MAX_LIMIT = 10_000_000

function query ({ values, world }: Context): HistoryQuery {
  const since = values.time('since', world.now())
  const limit = values.integer('limit', 1, MAX_LIMIT)
  const search = values.text('search')
  return {
    ...(since === undefined ? {} : { since }),
    ...(limit === undefined ? {} : { limit }),
    ...(search === undefined ? {} : { search }),
    ...(values.has('mark-read') ? { markRead: true } : {})
  }
}

async function people (messenger: Messenger, signal: AbortSignal): Promise<{ self: IdentityId, names: Map<IdentityId, string> }> {
  const [self, contacts] = await Promise.all([messenger.self({ signal }), messenger.contacts.list({ signal })])
  return { self: self.id, names: new Map(contacts.map(contact => [contact.id, name(contact.name, contact.id)])) }
}

export async function handler (context: Context): Promise<undefined> {
  const { output, values, words, world } = context
  const { signal } = world
  const who = words[0] ?? ''
  const asked = query(context)
  await withMessenger(context, async messenger => {
    const messages = await messenger.conversations.history(who, asked, { signal, onProgress: line => { output.progress(line) } })
    if (output.json) {
      for (const message of messages) output.result(message, () => '')
      return
    }
    if (messages.length === 0) {
      output.say(asked.search !== undefined || asked.since !== undefined ? 'Nothing found.' : `Nothing was said yet. Begin: sotto send ${/^[\w.-]+$/.test(who) ? who : 'WHO'} 'hello'`)
      return
    }
    const { self, names } = await people(messenger, signal)
    const byId = new Map(messages.map(message => [message.id as string, message]))
    const style: MessageStyle = { paint: output.paint, self, nameOf: id => names.get(id) ?? name('', id), find: id => byId.get(id), ids: values.has('ids') }
    let shown = ''
    for (const message of messages) {
      const today = day(message.time)
      if (today !== shown) output.say(`${shown === '' ? '' : '\n'}${output.paint('dim', `── ${today} ──`)}`)
      shown = today
      output.say(messageBlock(message, style))
    }
  })
}
