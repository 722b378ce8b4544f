import { oneLine } from '../../output/harmless.ts'
import { moment } from '../../output/text.ts'
import { givenPassphrase } from '../../passphrase.ts'
import { withMessenger } from '../../session.ts'
import { readSettings, resolveSettings } from '../../settings.ts'
import type { Context, Handler } from '../../context.ts'
import type { DeviceView, PairingView } from '@sotto/node'

const MAX_MINUTES = 60
/** A code read from a pipe, bytes. */
const MAX_CODE_BYTES = 8192

function line ({ output, world }: Context, device: DeviceView): string {
  const seen = device.current ? output.paint('green', 'this one') : device.connected ? output.paint('green', 'connected') : device.lastSeen === 0 ? 'never seen here' : `seen ${moment(device.lastSeen, world.now())}`
  return `${device.device}  ${device.role}  since ${moment(device.since, world.now())}  ${device.revoked ? output.paint('red', 'revoked') : seen}`
}

async function list (context: Context): Promise<undefined> {
  const { output, world } = context
  const devices = await withMessenger(context, async messenger => await messenger.devices.list({ signal: world.signal }))
  for (const device of devices) output.result(device, () => line(context, device))
}

async function shown (context: Context, step: PairingView): Promise<string> {
  const { output, world } = context
  switch (step.state) {
    case 'waiting': return [
      'On the other device, where no identity is yet:',
      '',
      `  sotto device join '${step.code}'`,
      '',
      ...output.terminal ? [(await import('../../output/qr.ts')).qr(step.code, output.colours), ''] : [],
      `Good for one device until ${moment(step.expires, world.now())}. Show it to nobody: whoever uses it reads everything of yours.`
    ].join('\n')
    case 'paired': return `${step.device.device} is a device of yours now. Leave both running while it gets your history.`
    case 'history': return `${step.left} entries to go …`
    case 'done': return output.paint('green', 'It has everything.')
  }
}

async function link (context: Context): Promise<undefined> {
  const { output, values, world } = context
  const minutes = values.integer('minutes', 1, MAX_MINUTES)
  await withMessenger(context, async messenger => {
    for await (const step of messenger.devices.link({ signal: world.signal, ...(minutes === undefined ? {} : { minutes }) })) {
      const text = await shown(context, step)
      if (step.state === 'history' && !output.json) output.progress(text)
      else output.result(step, () => text)
    }
  })
}

async function join (context: Context): Promise<undefined> {
  const { output, profile, values, words, world } = context
  const given = words[0] ?? ''
  const code = given === '-' ? await world.stdin.all(MAX_CODE_BYTES, world.signal) : given
  const passphrase = await givenPassphrase(context)
  const { joinProfile } = await world.door()
  const { listen } = resolveSettings(values, world.env, readSettings(profile))
  const joined = await joinProfile({
    profile,
    code,
    signal: world.signal,
    onProgress: text => { output.progress(text) },
    ...(listen === undefined ? {} : { listen }),
    ...(passphrase === undefined ? {} : { passphrase })
  })
  output.result(joined, () => [
    `This is a device of ${oneLine(joined.name) || joined.id} now.`,
    `Profile: ${joined.profile}`,
    '',
    'Next: `sotto start` gets contacts and history from your other device; leave both running for a while.'
  ].join('\n'))
}

async function revoke (context: Context): Promise<undefined> {
  const { output, words, world } = context
  const device = await withMessenger(context, async messenger => await messenger.devices.revoke(words[0] ?? '', { signal: world.signal }), { linger: true })
  output.result(device, () => `${line(context, device)}\nIt reads nothing that is said from now on. What it has, it keeps: if it was stolen, think of what was on it.`)
}

export const handlers: Readonly<Record<string, Handler>> = { list, link, join, revoke }
