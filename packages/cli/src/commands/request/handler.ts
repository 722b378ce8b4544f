import { UsageError } from '@sotto/node/errors'
import { oneLine } from '../../output/harmless.ts'
import { moment, name, shellWord } from '../../output/text.ts'
import { withMessenger } from '../../session.ts'
import { bad } from '../../values.ts'
import type { RequestView } from '@sotto/node'
import type { Context, Handler } from '../../context.ts'

function line (request: RequestView, now: number): string {
  return `${name(request.name, request.id)}  ${request.id}  ${moment(request.time, now)}${request.note === '' ? '' : `\n  ${oneLine(request.note, 400)}`}`
}

async function list (context: Context): Promise<undefined> {
  const { output, world } = context
  const requests = await withMessenger(context, async messenger => await messenger.requests.list({ signal: world.signal }))
  for (const request of requests) output.result(request, () => line(request, world.now()))
  if (requests.length === 0) output.say('Nobody asks at the moment. Your link (`sotto id`) is how people find you.')
  else output.say('\nAnswer with: sotto request accept WHO, or sotto request decline WHO')
}

/** The one that is meant: WHO as given, or the only one there is. */
function pick (who: string | undefined, requests: readonly RequestView[]): string {
  if (who !== undefined) return who
  const [first, second] = requests
  if (first === undefined) throw new UsageError('UNKNOWN_REQUEST', 'There is no request.', { hint: 'Give somebody your link: `sotto id`.' })
  if (second !== undefined) throw bad(`${requests.length} people ask: say whom you mean.`, '`sotto request list` shows them.')
  return first.id
}

async function accept (context: Context): Promise<undefined> {
  const { output, values, words, world } = context
  const { signal } = world
  const given = values.text('name')
  const { contact, request } = await withMessenger(context, async messenger => {
    const requests = await messenger.requests.list({ signal })
    const contact = await messenger.requests.accept(pick(words[0], requests), {
      signal,
      onProgress: line => { output.progress(line) },
      ...(given === undefined ? {} : { name: given })
    })
    return { contact, request: requests.find(request => request.id === contact.id) }
  }, { linger: true })
  output.result({ ...contact, note: request?.note ?? contact.note, time: request?.time ?? world.now() }, () =>
    `${name(contact.name, contact.id)} is a contact now. Read: sotto history ${shellWord(contact)}\nBefore you trust a name, compare the safety number: sotto contact verify ${shellWord(contact)}`)
}

async function decline (context: Context): Promise<undefined> {
  const { output, words, world } = context
  const { signal } = world
  const request = await withMessenger(context, async messenger =>
    await messenger.requests.decline(pick(words[0], words[0] === undefined ? await messenger.requests.list({ signal }) : []), { signal }))
  output.result(request, () => `The request of ${name(request.name, request.id)} is gone. They do not learn of it.`)
}

export const handlers: Readonly<Record<string, Handler>> = { list, accept, decline }
