/** How this node is, and what to do about it: each finding is a sentence. */
import { platform } from '#platform'
import { formatDeviceId } from './identity/device-id.ts'
import { formatId } from './identity/identity-id.ts'
import type { KeeperInfo, StatusView } from './api.ts'
import type { Parts } from './parts.ts'

export async function statusOf (parts: Parts, mailboxes: KeeperInfo[]): Promise<StatusView> {
  const { network, own } = parts
  const peers = new Set(network.connections().map(connection => connection.peerId)).size
  return {
    running: true,
    id: formatId(own.identity),
    name: own.name,
    device: formatDeviceId(own.device),
    peerId: network.peerId,
    profile: parts.profile.path,
    network: parts.networkMode,
    peers,
    reachable: network.reachability,
    advice: adviceOf(parts, mailboxes, peers),
    addresses: network.addresses(),
    directory: parts.directory.mode,
    outbox: parts.conversations.outbox(),
    mailboxes,
    atRest: parts.profile.atRest,
    storeBytes: await platform.diskUsage(parts.profile.path),
    uptime: parts.clock.now() - parts.started
  }
}

function adviceOf (parts: Parts, mailboxes: KeeperInfo[], peers: number): string[] {
  const advice: string[] = []
  if (parts.network.reachability === 'offline') {
    advice.push('There is no network: nothing is lost, messages wait here and go out when the network is back.')
  } else if (parts.network.reachability === 'loopback') {
    advice.push('This node listens on this machine only, and talks only to nodes on it: start it without --listen to reach others.')
  } else if (parts.network.reachability !== 'public') {
    advice.push('Others outside this network may not be able to call this node; mail for you waits in mailboxes.')
  }
  const working = mailboxes.filter(mailbox => mailbox.trouble === undefined)
  if (working.length === 0) {
    advice.push('Nobody keeps mail for you: who writes while you are away must be online when you return. Keep a node running (sotto start), or ask a friend who does: sotto mailbox offer YOU.')
  } else if (working.length < 3) {
    advice.push(`${working.length} of 3 mailboxes keep mail for you; more are looked for among the peers that you meet.`)
  }
  for (const mailbox of mailboxes) if (mailbox.trouble !== undefined) advice.push(`Mailbox ${mailbox.peer.slice(-8)}: ${mailbox.trouble}.`)
  if (peers === 0 && parts.network.reachability !== 'offline') advice.push('No peer is connected at the moment.')
  if (parts.profile.atRest === 'keyfile') advice.push('The store is locked by a key file beside it: who can read your files can read your messages.')
  return advice
}
