import { harmless, oneLine } from '../../output/harmless.ts'
import { REVOKED, bytes, duration, keeperLine, moment } from '../../output/text.ts'
import { wrap } from '../../output/wrap.ts'
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

/** What the node says, and what the command knows of it. */
interface Shown extends StatusView { version: string, metrics?: string }

const NOBODY_HERE = ': nothing arrives while no node runs here. `sotto start --detach` starts one.'

function connected ({ peers, direct, relayed }: StatusView): string {
  return peers === 0 ? 'nobody connected' : `${peers} connected (${direct} directly, ${relayed} through a relay)`
}

function directory ({ directory, published }: StatusView, now: number): string {
  if (directory === 'off') return 'takes no part: found by link only'
  const own = published === undefined ? 'own record not put there yet' : `own record kept by ${published.replicas} since ${moment(published.time, now)}`
  return `${directory}, ${own}`
}

function block (view: Shown, { output, world }: Context): string {
  const { paint } = output
  return [
    ...view.revoked === true ? [paint('red', wrap(REVOKED, output.columns, ''))] : [],
    view.running ? `${paint('green', 'running')} for ${duration(view.uptime / 1000)}` : `${paint('yellow', 'not running')}${view.revoked === true ? '' : NOBODY_HERE}`,
    `you        ${oneLine(view.name)} ${view.id}`,
    `network    ${view.network}, ${connected(view)}, reachable ${REACHABLE[view.reachable]}`,
    ...view.addresses.map(address => `           ${address}`),
    `directory  ${directory(view, world.now())}`,
    `outbox     ${view.outbox === 0 ? 'empty' : `${view.outbox} not yet stored or delivered`}`,
    `mailboxes  ${view.mailboxes.length === 0 ? 'none: messages to you wait with their senders while you are away' : ''}`.trimEnd(),
    ...view.mailboxes.map(keeper => `  ${keeperLine(keeper, paint, world.now())}`),
    `profile    ${view.profile}, ${bytes(view.storeBytes)}, ${AT_REST[view.atRest]}`,
    ...view.diskFree === undefined ? [] : [`disk       ${bytes(view.diskFree)} free`],
    ...view.metrics === undefined ? [] : [`metrics    ${view.metrics} (for everyone on this machine; names nobody)`],
    `version    ${view.version}`,
    ...view.advice.map(line => paint('yellow', wrap(harmless(line), output.columns, '')))
  ].join('\n')
}

export async function handler (context: Context): Promise<undefined> {
  // `running` is about a resident node: one in this very command does not count
  const view = await withMessenger(context, async (messenger, { resident, hello }): Promise<Shown> => ({
    ...await messenger.status({ signal: context.world.signal }),
    running: resident,
    version: hello?.version ?? context.world.version,
    ...hello?.metrics === undefined ? {} : { metrics: hello.metrics }
  }))
  context.output.result(view, () => block(view, context))
}
