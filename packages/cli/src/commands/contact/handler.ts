import { contactBlock, contactLine, name, shellWord } from '../../output/text.ts'
import { withMessenger } from '../../session.ts'
import type { ContactView, Messenger } from '@sotto/node'
import type { Context, Handler } from '../../context.ts'

async function add (context: Context): Promise<undefined> {
  const { output, values, words, world } = context
  const given = values.text('name')
  const note = values.text('note')
  const { contact, resident } = await withMessenger(context, async (messenger, { resident }) => {
    const added = await messenger.contacts.add(words[0] ?? '', {
      signal: world.signal,
      onProgress: line => { output.progress(line) },
      ...(given === undefined ? {} : { name: given }),
      ...(note === undefined ? {} : { note })
    })
    if (resident) return { contact: added, resident }
    // nobody goes on when this command ends: what became of the request is said
    const enough = AbortSignal.any([AbortSignal.timeout(world.patience.linger), world.signal])
    await messenger.conversations.flushed({ signal: enough }).catch(() => { /* what waits is said below */ })
    return { contact: await messenger.contacts.show(added.id), resident }
  })
  output.result(contact, () => contact.state === 'accepted'
    ? `${contactLine(contact, output.paint)}\nYou can talk: sotto send ${shellWord(contact)} 'hello'`
    : `${contactLine(contact, output.paint)}\n${resident ? 'It is repeated until they accept.' : 'It is repeated until they accept, while a node of yours runs: `sotto start --detach`.'} You can already write: sotto send ${shellWord(contact)} 'hello'`)
}

async function list (context: Context): Promise<undefined> {
  const { output, world } = context
  const contacts = await withMessenger(context, async messenger => await messenger.contacts.list({ signal: world.signal }))
  for (const contact of contacts) output.result(contact, () => contactLine(contact, output.paint))
  if (contacts.length === 0) output.say('No contacts yet. Give somebody your link (`sotto id`), or add theirs: sotto contact add LINK')
}

function one (act: (messenger: Messenger, context: Context) => Promise<ContactView>, linger = false): Handler {
  return async context => {
    const { output } = context
    const contact = await withMessenger(context, async messenger => await act(messenger, context), { linger })
    output.result(contact, () => contactBlock(contact, output.paint))
    return undefined
  }
}

async function verify (context: Context): Promise<undefined> {
  const { output, values, words, world } = context
  const who = words[0] ?? ''
  const { safety, contact } = await withMessenger(context, async messenger => ({
    safety: await messenger.contacts.verify(who, { signal: world.signal, ...(values.has('confirm') ? { confirm: true } : {}) }),
    contact: await messenger.contacts.show(who, { signal: world.signal })
  }))
  const code = output.json ? '' : (await import('../../output/qr.ts')).qr(safety.qr, output.colours)
  output.result({ ...safety, blocked: contact.blocked }, () => [
    `Safety number with ${name(safety.name, safety.id)}: ${safety.verified ? output.paint('green', 'verified') : output.paint('yellow', 'not verified')}`,
    '',
    `  ${safety.words}`,
    `  ${safety.safety}`,
    '',
    code,
    '',
    ...safety.verified ? [] : ['Compare it face to face or by voice. If it is the same: sotto contact verify --confirm ' + shellWord(contact)]
  ].join('\n').trimEnd())
}

export const handlers: Readonly<Record<string, Handler>> = {
  add,
  list,
  verify,
  show: one(async (messenger, { words, world }) => await messenger.contacts.show(words[0] ?? '', { signal: world.signal })),
  rename: one(async (messenger, { words, world }) => await messenger.contacts.rename(words[0] ?? '', words[1] ?? '', { signal: world.signal })),
  block: one(async (messenger, { words, world }) => await messenger.contacts.block(words[0] ?? '', { signal: world.signal })),
  unblock: one(async (messenger, { words, world }) => await messenger.contacts.unblock(words[0] ?? '', { signal: world.signal })),
  remove: one(async (messenger, { words, world }) => await messenger.contacts.remove(words[0] ?? '', { signal: world.signal }))
}
