/** Facts of a node that is well; a test says what differs. */
import type { Facts } from '../../src/diagnosis/index.ts'
import type { Finding, KeeperInfo } from '../../src/api.ts'

export const NOW = Date.UTC(2026, 11, 24, 18)
const DAY = 24 * 60 * 60 * 1000

export function keeper (over: Partial<KeeperInfo> = {}): KeeperInfo {
  return { peer: '12D3KooWKeeper00000001', kind: 'contact', used: 2048, limit: 64 * 2 ** 20, lastSeen: NOW - 5 * 60_000, up: 0.98, measured: 3 * DAY, ...over }
}

export function facts (over: Partial<Facts> = {}): Facts {
  return {
    now: NOW,
    revoked: false,
    resident: true,
    uptime: DAY,
    mode: 'public',
    listen: ['/ip4/0.0.0.0/tcp/4001'],
    addresses: ['/ip4/203.0.113.7/tcp/4001/p2p/12D3KooWAlice'],
    reach: { reachability: 'public', why: 'confirmed', confirmed: [], observed: [], router: { state: 'none', ports: [] }, relays: [], relaysWanted: 0 },
    direct: 12,
    relayed: 0,
    relayedWhy: [],
    contacts: { total: 1, direct: 1, relayed: 0 },
    people: [{ name: 'Bob', path: 'direct' }],
    asked: { count: 0, why: [] },
    requests: 0,
    mailboxes: [keeper({ peer: '12D3KooWKeeper00000001' }), keeper({ peer: '12D3KooWKeeper00000002' }), keeper({ peer: '12D3KooWKeeper00000003', kind: 'volunteer' })],
    mailboxNames: { '12D3KooWKeeper00000001': 'Bob', '12D3KooWKeeper00000002': 'Carol' },
    outbox: 0,
    waiting: [],
    directory: { mode: 'client', peers: 40, published: { time: NOW - 2 * 60 * 60_000, replicas: 18, confirmations: 8 }, read: { time: NOW - 2 * 60 * 60_000, expires: NOW + 20 * DAY, confirmations: 8 }, canSign: true },
    clock: { ahead: [200, -300, 90], notBefore: NOW - 100 * DAY },
    disk: { path: '/home/alice/sotto', free: 40 * 2 ** 30, store: 12 * 2 ** 20 },
    atRest: 'passphrase',
    keeping: { mode: 'contacts', used: 3 * 2 ** 20, limit: 4 * 2 ** 30 },
    ...over
  }
}

export function reach (over: Partial<Facts['reach']>): Pick<Facts, 'reach'> { return { reach: { ...facts().reach, ...over } } }

export function only (found: readonly Finding[], level: Finding['level']): string[] { return found.filter(finding => finding.level === level).map(({ code }) => code) }
