import { harmless, oneLine } from '../../output/harmless.ts'
import { bytes, duration, keeperLine } from '../../output/text.ts'
import { withMessenger } from '../../session.ts'
import type { StatusView } from '@sotto/node'
import type { Context } from '../../context.ts'

const REACHABLE: Readonly<Record<StatusView['reachable'], string>> = {
  offline: 'no network',
  loopback: 'only from this machine',
  lan: 'from the local network',
  public: 'from the internet',
  unknown: 'not known yet'
}

const AT_REST: Readonly<Record<StatusView['atRest'], string>> = {
  passphrase: 'locked by your passphrase',
  keyfile: 'encrypted; the key lies in a file that only you can read',
  keychain: 'encrypted; the key lies in the keychain of this computer',
  browser: 'encrypted; the key lies in the browser, which gives it to no script'
}

function block (view: StatusView, { output, world }: Context): string {
  const { paint } = output
  return [
    view.running ? `${paint('green', 'running')} for ${duration(view.uptime / 1000)}` : `${paint('yellow', 'not running')}: nothing arrives while no node runs here. \`sotto start --detach\` starts one.`,
    `you        ${oneLine(view.name)} ${view.id}`,
    `network    ${view.network}, ${view.peers} connected, reachable ${REACHABLE[view.reachable]}; directory ${view.directory}`,
    ...view.addresses.map(address => `           ${address}`),
    `outbox     ${view.outbox === 0 ? 'empty' : `${view.outbox} not yet stored or delivered`}`,
    `mailboxes  ${view.mailboxes.length === 0 ? 'none: messages to you wait with their senders while you are away' : ''}`.trimEnd(),
    ...view.mailboxes.map(keeper => `  ${keeperLine(keeper, paint, world.now())}`),
    `profile    ${view.profile}, ${bytes(view.storeBytes)}, ${AT_REST[view.atRest]}`,
    ...view.advice.map(line => paint('yellow', harmless(line)))
  ].join('\n')
}

export async function handler (context: Context): Promise<undefined> {
  // `running` is about a resident node: one in this very command does not count
  const view = await withMessenger(context, async (messenger, { resident }) => ({ ...await messenger.status({ signal: context.world.signal }), running: resident }))
  context.output.result(view, () => block(view, context))
}
