import { moment } from '../../output/text.ts'
import { withMessenger } from '../../session.ts'
import type { Context, Handler } from '../../context.ts'

async function list (context: Context): Promise<undefined> {
  const { output, world } = context
  const devices = await withMessenger(context, async messenger => await messenger.devices.list({ signal: world.signal }))
  for (const device of devices) {
    output.result(device, () => `${device.device}  ${device.role}  since ${moment(device.since, world.now())}${device.current ? output.paint('green', '  this one') : ''}${device.revoked ? output.paint('red', '  revoked') : ''}`)
  }
}

export const handlers: Readonly<Record<string, Handler>> = { list }
