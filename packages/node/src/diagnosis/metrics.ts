/** Our own numbers as Prometheus text (exposition format 0.0.4). Nobody is named, and nothing tells who talks to whom. */
import { platform } from '#platform'
import { byPeer, keeperInfos } from './collect.ts'
import type { Tally } from './watch.ts'
import type { Parts } from '../parts.ts'

export interface Numbers {
  uptimeMs: number
  outbox: number
  direct: number
  relayed: number
  reachable: 'offline' | 'loopback' | 'lan' | 'public' | 'unknown'
  mailboxesWorking: number
  mailboxesTroubled: number
  /** of others, kept here */
  kept: { used: number, limit: number, queues: number, items: number }
  tally: Tally
  /** -1 before the first time */
  directoryReplicas: number
  storeBytes: number
  diskFree: number | undefined
}

const REACHABLE = ['offline', 'loopback', 'lan', 'public', 'unknown'] as const

export async function metricsOf (parts: Parts): Promise<string> {
  const { clock, network, mailbox, watch, conversations, directory, profile } = parts
  const connected = [...byPeer(network.connections()).values()]
  const keepers = keeperInfos(parts)
  const working = keepers.filter(({ trouble }) => trouble === undefined).length
  const text = gauges({
    uptimeMs: clock.now() - parts.started,
    outbox: conversations.outbox(),
    direct: connected.filter(({ direct }) => direct).length,
    relayed: connected.filter(({ direct }) => !direct).length,
    reachable: network.reachability,
    mailboxesWorking: working,
    mailboxesTroubled: keepers.length - working,
    kept: mailbox.usage(),
    tally: watch.tally,
    directoryReplicas: directory.published?.replicas ?? -1,
    storeBytes: await platform.diskUsage(profile.path),
    diskFree: await platform.diskFree(profile.path)
  })
  return text + await network.metrics()
}

export function gauges (numbers: Numbers): string {
  const { kept, tally } = numbers
  return [
    metric('sotto_uptime_seconds', 'gauge', 'Time since the node started.', [['', numbers.uptimeMs / 1000]]),
    metric('sotto_outbox_messages', 'gauge', 'Own messages that are neither stored in a mailbox nor delivered.', [['', numbers.outbox]]),
    metric('sotto_connected_peers', 'gauge', 'Connected peers by the way to them.', [['path="direct"', numbers.direct], ['path="relayed"', numbers.relayed]]),
    metric('sotto_reachability', 'gauge', 'How others reach this node: 1 at what holds.', REACHABLE.map(state => [`state="${state}"`, Number(state === numbers.reachable)])),
    metric('sotto_mailboxes', 'gauge', 'Mailboxes that keep mail for this identity.', [['state="working"', numbers.mailboxesWorking], ['state="troubled"', numbers.mailboxesTroubled]]),
    metric('sotto_kept_bytes', 'gauge', 'Bytes of mail that this node keeps for others.', [['', kept.used]]),
    metric('sotto_kept_limit_bytes', 'gauge', 'Bytes of mail that this node would keep for others at most.', [['', kept.limit]]),
    metric('sotto_kept_queues', 'gauge', 'Queues of others at this node.', [['', kept.queues]]),
    metric('sotto_kept_items', 'gauge', 'Envelopes of others at this node.', [['', kept.items]]),
    metric('sotto_entries_received_total', 'counter', 'Entries of others taken into a log since the start: messages, reactions, edits.', [['', tally.received]]),
    metric('sotto_entries_stored_total', 'counter', 'Own entries that mailboxes signed for since the start, each time.', [['', tally.stored]]),
    metric('sotto_entries_delivered_total', 'counter', 'Own entries that a device of the recipient signed for since the start.', [['', tally.delivered]]),
    metric('sotto_directory_replicas', 'gauge', 'Peers that said they keep the own directory record; -1 before the first time.', [['', numbers.directoryReplicas]]),
    metric('sotto_store_bytes', 'gauge', 'Bytes of the profile on the disk.', [['', numbers.storeBytes]]),
    ...numbers.diskFree === undefined ? [] : [metric('sotto_disk_free_bytes', 'gauge', 'Bytes free on the disk of the profile.', [['', numbers.diskFree]])]
  ].join('')
}

function metric (name: string, type: 'gauge' | 'counter', help: string, values: ReadonlyArray<readonly [string, number]>): string {
  const lines = values.map(([labels, value]) => `${name}${labels === '' ? '' : `{${labels}}`} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}
