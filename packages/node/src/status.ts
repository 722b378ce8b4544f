/** How this node is, and what to do about it: what is not in order, in the words of `doctor`, without asking anybody. */
import { collectFacts, publishedOf } from './diagnosis/collect.ts'
import { formatDeviceId } from './identity/device-id.ts'
import { formatId } from './identity/identity-id.ts'
import { later } from './late.ts'
import type { StatusView } from './api.ts'
import type { Parts } from './parts.ts'

/** What examines a node; the page that shows how it is connected does without it. */
const findings = later(async () => import('./diagnosis/findings.ts'))

/** `brief`: nothing is examined, there is no advice. */
export async function statusOf (parts: Parts, { brief = false }: { brief?: boolean | undefined } = {}): Promise<StatusView> {
  const { network, own } = parts
  const facts = await collectFacts(parts)
  // of a node in a command, which asks itself, the command says that none is running
  const told = brief ? [] : (await findings()).notable(facts).filter(({ code }) => code !== 'not-running' && code !== 'mailbox-trouble')
  return {
    running: true,
    id: formatId(own.identity),
    name: own.name,
    device: formatDeviceId(own.device),
    ...(facts.revoked ? { revoked: true } : {}),
    peerId: network.peerId,
    profile: parts.profile.path,
    network: parts.networkMode,
    peers: facts.direct + facts.relayed,
    direct: facts.direct,
    relayed: facts.relayed,
    reachable: network.reachability,
    advice: told.map(({ finding, advice }) => `${finding} ${advice}`),
    notable: told.map(({ code, level }) => ({ code, level })),
    addresses: network.addresses(),
    directory: facts.directory.mode,
    ...publishedOf(parts),
    outbox: facts.outbox,
    mailboxes: [...facts.mailboxes],
    atRest: parts.profile.atRest,
    storeBytes: facts.disk.store,
    ...(facts.disk.free === undefined ? {} : { diskFree: facts.disk.free }),
    uptime: facts.uptime,
    cursor: String(parts.journal.last)
  }
}
