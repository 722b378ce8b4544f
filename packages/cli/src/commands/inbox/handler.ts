import { oneLine } from '../../output/harmless.ts'
import { callWords, moment, name, plural } from '../../output/text.ts'
import { withMessenger } from '../../session.ts'
import type { ConversationView } from '@sotto/node'
import type { Context } from '../../context.ts'

function line (view: ConversationView, { output, world }: Context): string {
  const { paint } = output
  const last = view.last
  const said = last === undefined ? 'nothing said yet' : last.retracted === true ? '(retracted)' : last.kind === 'gap' ? '… messages missing' : last.kind === 'call' ? callWords(last) : `${last.from === view.with ? '' : 'you: '}${oneLine(last.text, Math.max(20, output.columns - 40))}`
  const unread = view.unread === 0 ? '' : `  ${paint('yellow', `${view.unread} unread`)}`
  return `${paint('bold', name(view.name, view.with))}${unread}  ${paint('dim', `${last === undefined ? '' : `${moment(last.time, world.now())}  `}${said}`)}`
}

export async function handler (context: Context): Promise<undefined> {
  const { output, world } = context
  const { signal } = world
  const { conversations, requests } = await withMessenger(context, async messenger => {
    const [conversations, requests] = await Promise.all([messenger.conversations.list({ signal }), output.json ? [] : messenger.requests.list({ signal })])
    return { conversations, requests }
  })
  for (const view of conversations) output.result(view, () => line(view, context))
  if (conversations.length === 0 && requests.length === 0) output.say('No conversations yet. Add somebody (sotto contact add LINK), or give them your link (sotto id).')
  if (requests.length > 0) output.say(`${plural(requests.length, 'request')} to talk: sotto request list`)
}
