import { NodeError, UsageError } from '@sotto/node/errors'
import { initProfile } from '../../identity.ts'
import { phraseBlock } from '../../output/phrase.ts'
import { connectControl } from '../../remote/client.ts'
import { readSettings, resolveSettings } from '../../settings.ts'
import { bad } from '../../values.ts'
import { detach } from './detach.ts'
import { preparePage } from './page.ts'
import { runResident } from './resident.ts'
import type { Context } from '../../context.ts'
import type { Settings } from '../../settings.ts'

const MIN_MAILBOX_BYTES = 64 * 1024

function startSettings ({ profile, values, world }: Context): Settings {
  const settings = resolveSettings(values, world.env, readSettings(profile))
  const mailbox = values.text('mailbox') as Settings['mailbox']
  const mailboxBytes = values.bytes('mailbox-bytes')
  if (mailboxBytes !== undefined && mailboxBytes < MIN_MAILBOX_BYTES) throw bad('--mailbox-bytes must be 64KiB or more.', 'To keep no mail: --mailbox off')
  if (mailbox !== undefined) settings.mailbox = mailbox
  if (mailboxBytes !== undefined) settings.mailboxBytes = mailboxBytes
  return settings
}

/** Makes the identity where there is none. The phrase is shown to a person only: a log is no place for it. */
async function ensureIdentity (context: Context): Promise<void> {
  const { output, profile, world } = context
  const { profileExists } = await world.door()
  if (await profileExists(profile)) return
  const made = await initProfile(context)
  if (output.terminal) {
    output.say(`You are ${made.id}\n\n${phraseBlock(made.phrase, output.paint)}\n`)
  } else {
    output.note('A new identity was made. `sotto phrase` shows its recovery phrase: write it on paper.')
  }
}

export async function handler (context: Context): Promise<number | undefined> {
  const { profile, values, world } = context
  const metricsPort = values.integer('metrics', 0, 65_535)
  const settings = startSettings(context)
  const running = await connectControl(profile, { signal: world.signal })
  if (running !== undefined) {
    running.close()
    throw new UsageError('ALREADY_RUNNING', `A node already runs on this profile (process ${running.hello.pid}).`, { hint: '`sotto status` tells how it is, `sotto stop` ends it.' })
  }
  const site = await preparePage(context)
  await ensureIdentity(context)
  try {
    return await (values.has('detach') ? detach(context) : runResident(context, settings, { site, metricsPort }))
  } catch (error) {
    if (error instanceof NodeError && error.code === 'ABORTED' && world.signal.aborted) return 0
    throw error
  }
}
