/** How this node is, and what to do about it: what is not in order, in the words of `doctor`, without asking anybody. */
import { collectFacts, publishedOf } from './diagnosis/collect.ts'
import { notable } from './diagnosis/index.ts'
import { formatDeviceId } from './identity/device-id.ts'
import { formatId } from './identity/identity-id.ts'
import type { StatusView } from './api.ts'
import type { Parts } from './parts.ts'

export async function statusOf (parts: Parts): Promise<StatusView> {
  const { network, own } = parts
  const facts = await collectFacts(parts)
  // of a node in a command, which asks itself, the command says that none is running
  const told = notable(facts).filter(({ code }) => code !== 'not-running' && code !== 'mailbox-trouble')
  return {
    running: true,
    id: formatId(own.identity),
    name: own.name,
    device: formatDeviceId(own.device),
    peerId: network.peerId,
    profile: parts.profile.path,
    network: parts.networkMode,
    peers: facts.direct + facts.relayed,
    ...(facts.revoked ? { revoked: true } : {}),
    direct: facts.direct,
    relayed: facts.relayed,
    reachable: network.reachability,
    advice: told.map(({ finding, advice }) => `${finding} ${advice}`),
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
