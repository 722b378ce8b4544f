import { expect } from 'chai'
import fc from 'fast-check'
import { findings, notable } from '../../src/diagnosis/index.ts'
import { facts, keeper, NOW, only, reach } from './facts.ts'
import type { Finding, FindingCode, FindingLevel } from '../../src/api.ts'
import type { Facts } from '../../src/diagnosis/index.ts'

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR
const OFFLINE = { ...reach({ reachability: 'offline', why: 'none' }), direct: 0, relayed: 0 }

/** What is the case, what is found, in which words, and what to do. */
const TABLE: ReadonlyArray<readonly [string, Partial<Facts>, FindingCode, FindingLevel, RegExp, RegExp]> = [
  ['no network', OFFLINE, 'no-network', 'problem', /no network/, /cable.*wireless/],
  ['a clock a year ahead', { clock: { ahead: [-365 * DAY, -365 * DAY, 5], notBefore: 0 } }, 'clock-wrong', 'problem', /365 days ahead of 3 other nodes/, /Set date and time/],
  ['a clock two hours behind one other', { clock: { ahead: [2 * HOUR], notBefore: 0 } }, 'clock-wrong', 'warning', /2 hours behind what another node says/, /if it is right, the other node is wrong/],
  ['a clock of an empty battery', { clock: { ahead: [], notBefore: NOW + 400 * DAY } }, 'clock-wrong', 'problem', /at least 400 days behind/, /Set date/],
  ['clocks that nobody could compare', { clock: { ahead: [], notBefore: 0 } }, 'clock', 'ok', /nobody yet to compare/, /Nothing/],
  ['a full disk', { disk: { path: '/p', free: 4096, store: 1 } }, 'disk-full', 'problem', /hardly any room.*4 KiB are left/, /Free some space/],
  ['a disk that is nearly full', { disk: { path: '/p', free: 100 * 2 ** 20, store: 1 } }, 'disk-low', 'warning', /100 MiB are left/, /Free some space soon/],
  ['a page, which knows no disk', { disk: { path: 'page', store: 5 } }, 'disk', 'ok', /take 5 bytes in page\./, /Nothing/],
  ['a port that was not had', { listen: ['/ip4/0.0.0.0/udp/4001/webrtc-direct'] }, 'port-taken', 'warning', /\/udp\/4001\/webrtc-direct, and does not/, /another port/],
  ['loopback', reach({ reachability: 'loopback', why: 'loopback' }), 'loopback', 'warning', /this computer only/, /--listen/],
  ['a router that lets nobody in', reach({ reachability: 'lan', why: 'refused', router: { state: 'refused', ports: [] } }), 'behind-router', 'warning', /did not get through\. The router refused/, /UPnP.*TCP port 4001/],
  ['a network of one\'s own', { mode: 'local', ...reach({ reachability: 'lan', why: 'unknown' }) }, 'reach', 'ok', /same local network can call/, /--network public/],
  ['a network of one\'s own, with routers in between', { mode: 'local', ...reach({ reachability: 'lan', why: 'refused', router: { state: 'none', ports: [] } }) }, 'behind-router', 'warning', /did not get through\. The router did not answer/, /UPnP/],
  ['relays instead', reach({ reachability: 'lan', why: 'unknown', relays: [{ peerId: 'r', addresses: [], until: NOW }] }), 'reach', 'ok', /through 1 relay, which cannot read/, /UPnP/],
  ['nobody connected', { direct: 0 }, 'no-peers', 'warning', /to nobody/, /firewall/],
  ['some connections relayed', { relayed: 2, relayedWhy: ['trying', 'failed'] }, 'relayed', 'ok', /12 directly, 2 through a relay.*neither router let it through/, /UPnP in one of the two routers/],
  ['a contact behind a relay', { people: [{ name: 'Bob', path: 'relayed', why: 'no-address', relay: '12D3KooWRelay1234' }], contacts: { total: 1, direct: 0, relayed: 1 } }, 'contact-relayed', 'ok', /Bob is reached through a relay \(…elay1234\).*neither side knows/, /relay cannot read/],
  ['no contacts', { contacts: { total: 0, direct: 0, relayed: 0 }, people: [] }, 'contacts', 'ok', /no contacts yet/, /sotto id/],
  ['a request that is not answered', { asked: { count: 1, why: ['Bob has your request and has not answered yet'] }, contacts: { total: 0, direct: 0, relayed: 0 }, people: [] }, 'contacts', 'ok', /asked 1 person.*still to come\. Bob has your request and has not answered yet\.$/, /repeated by itself/],
  ['requests', { requests: 2 }, 'requests', 'ok', /2 people would like/, /sotto request list/],
  ['no mailbox', { mailboxes: [] }, 'no-mailbox', 'warning', /Nobody keeps mail/, /sotto mailbox offer YOU/],
  ['one mailbox', { mailboxes: [keeper()] }, 'few-mailboxes', 'warning', /1 mailbox keeps your mail at present; 3 are better/, /waits with those who write to you/],
  ['two mailboxes', { mailboxes: [keeper(), keeper({ peer: 'other' })] }, 'few-mailboxes', 'ok', /2 mailboxes keep/, /Two are enough/],
  ['all mailboxes gone', { mailboxes: [keeper({ trouble: 'unreachable since 2026-12-24 12:00 UTC' })] }, 'mailboxes-gone', 'problem', /only mailbox.*cannot be used/, /Keep this node running/],
  ['a mailbox that is away', { mailboxes: [keeper(), keeper(), keeper(), keeper({ trouble: 'unreachable since 2026-12-24 12:00 UTC' })] }, 'mailbox-trouble', 'warning', /mailbox of Bob has trouble.*98 % of the time, measured over 3 days/, /Ask Bob whether the node is running/],
  ['a mailbox that lied', { mailboxes: [keeper(), keeper(), keeper(), keeper({ trouble: 'not used any more: its chain does not hold' })] }, 'mailbox-trouble', 'warning', /chain/, /another takes its place/],
  ['a mailbox whose grant is gone', { mailboxes: [keeper({ trouble: 'the grant was withdrawn' })] }, 'mailbox-trouble', 'warning', /withdrawn/, /ask Bob for `sotto mailbox offer/],
  ['a full mailbox', { mailboxes: [keeper({ kind: 'own', trouble: 'nearly full' })] }, 'mailbox-trouble', 'warning', /nearly full/, /Fetch your mail/],
  ['how reliable a mailbox is', {}, 'mailbox', 'ok', /mailbox of Bob keeps your mail \(2 KiB of 64 MiB\)\. It last answered 5 minutes ago\. It could be reached 98 % of the time, measured over 3 days/, /Nothing/],
  ['a new mailbox', { mailboxes: [keeper({ measured: 60_000, lastSeen: NOW })] }, 'mailbox', 'ok', /It last answered just now\. It is too new/, /Nothing/],
  ['a mailbox that is often away', { mailboxes: [keeper({ up: 0.6 })] }, 'mailbox', 'ok', /60 %/, /often away/],
  ['an empty outbox', {}, 'outbox', 'ok', /Nothing of yours waits/, /Nothing/],
  ['something that waits', { outbox: 2, waiting: [{ name: 'Bob', count: 2, why: 'waits on this device until both are online: Bob has no mailbox' }] }, 'waiting', 'warning', /2 messages for Bob are kept on this device alone.*They wait on this device until both/, /tried again by itself/],
  ['something that waits, and no node stays', { resident: false, outbox: 1, waiting: [{ name: 'Bob', count: 1 }] }, 'waiting', 'warning', /1 message for Bob is kept/, /sotto start --detach/],
  ['a fresh record', {}, 'directory', 'ok', /signed 2 hours ago, came back from 8 nodes that were asked\. 18 nodes have kept it for 2 hours/, /Nothing/],
  ['no record', { directory: { mode: 'client', peers: 5, read: 'none', canSign: true } }, 'directory-absent', 'warning', /nobody finds you by your id/, /Keep this node running/],
  ['no record, on a device that cannot sign', { directory: { mode: 'client', peers: 5, read: 'none', canSign: false } }, 'directory-absent', 'warning', /None/, /main device/],
  ['an old record', { directory: { mode: 'client', peers: 5, read: { time: NOW - 5 * DAY, expires: NOW + DAY, confirmations: 3, stale: 'old' }, canSign: true } }, 'directory-stale', 'warning', /signed 5 days ago/, /again each day/],
  ['an expired record', { directory: { mode: 'client', peers: 5, read: { time: NOW - 40 * DAY, expires: NOW - DAY, confirmations: 3, stale: 'expired' }, canSign: true } }, 'directory-stale', 'warning', /expired/, /Keep/],
  ['a record that only this device has', { directory: { mode: 'client', peers: 5, read: { time: NOW, expires: NOW + DAY, confirmations: 0, stale: 'unconfirmed' }, canSign: true } }, 'directory-stale', 'warning', /None of the nodes that were asked has your newest/, /Keep/],
  ['peers without a directory', { directory: { mode: 'client', peers: 0, canSign: true } }, 'directory-alone', 'warning', /Links work/, /takes part/],
  ['no directory at all', { directory: { mode: 'off', peers: 0, canSign: true } }, 'directory', 'ok', /takes no part/, /Nothing/],
  ['a directory that was not asked', { directory: { mode: 'client', peers: 9, canSign: true } }, 'directory', 'ok', /being brought up to date/, /Nothing/],
  ['a device that was put out', { revoked: true, mailboxes: [], direct: 0 }, 'revoked', 'problem', /none of yours any more/, /sotto --profile NEW device join/],
  ['no node that stays', { resident: false }, 'not-running', 'warning', /nothing arrives/, /sotto start --detach/],
  ['a key file', { atRest: 'keyfile' }, 'at-rest', 'ok', /who can read your files can read your messages/, /Encrypt the disk/],
  ['a full mailbox for others', { keeping: { mode: 'volunteer', used: 99, limit: 100 } }, 'keeping-full', 'warning', /strangers who ask.*full/, /--mailbox-bytes/]
]

const finding = (found: readonly Finding[], code: FindingCode): Finding => {
  const one = found.find(other => other.code === code)
  if (one === undefined) throw new Error(`no ${code} among ${found.map(other => other.code).join(', ')}`)
  return one
}

const count = fc.nat({ max: 20 })
const time = fc.integer({ min: 0, max: 2 * NOW })
const share = fc.double({ min: 0, max: 1, noNaN: true })
const path = fc.constantFrom('direct', 'relayed', 'away')
const why = fc.constantFrom('trying', 'no-address', 'failed')
const SECRET = 'Zebedee'

/** Any facts; `SECRET` is the name of every contact. */
const anyFacts: fc.Arbitrary<Facts> = fc.record({
  now: time,
  revoked: fc.constantFrom(false, false, false, true),
  resident: fc.boolean(),
  uptime: fc.nat(),
  mode: fc.constantFrom('public', 'local'),
  listen: fc.subarray(['/ip4/0.0.0.0/tcp/4001', '/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/udp/9/webrtc-direct', '/webrtc', 'nonsense']),
  addresses: fc.subarray(['/ip4/127.0.0.1/tcp/4001/p2p/x', '/ip4/10.0.0.1/udp/9/webrtc-direct/certhash/u/p2p/x', '/p2p/r/p2p-circuit/p2p/x']),
  reach: fc.record({
    reachability: fc.constantFrom('offline', 'loopback', 'lan', 'public', 'unknown'),
    why: fc.constantFrom('loopback', 'none', 'bound', 'mapped', 'confirmed', 'called', 'refused', 'unknown'),
    confirmed: fc.constant([]),
    observed: fc.constant([]),
    router: fc.record({ state: fc.constantFrom('off', 'searching', 'none', 'mapped', 'refused'), ports: fc.constant([]) }),
    relays: fc.array(fc.record({ peerId: fc.constant('r'), addresses: fc.constant([]), until: time }), { maxLength: 2 }),
    relaysWanted: count
  }),
  direct: count,
  relayed: count,
  relayedWhy: fc.array(why),
  contacts: fc.record({ total: count, direct: count, relayed: count }),
  people: fc.array(fc.record({ name: fc.constant(SECRET), path, why, relay: fc.constant('12D3KooWRelay') }), { maxLength: 15 }),
  requests: count,
  mailboxes: fc.array(fc.record({
    peer: fc.constant('12D3KooWKeeper'),
    kind: fc.constantFrom('own', 'contact', 'volunteer'),
    used: fc.nat(),
    limit: fc.nat(),
    lastSeen: time,
    up: share,
    measured: fc.nat(),
    trouble: fc.constantFrom('unreachable since then', 'nearly full', 'the grant was withdrawn', 'not used any more: a lie')
  }, { requiredKeys: ['peer', 'kind', 'used', 'limit', 'lastSeen', 'up', 'measured'] }), { maxLength: 5 }),
  mailboxNames: fc.constantFrom({ '12D3KooWKeeper': SECRET }, {}),
  outbox: count,
  waiting: fc.array(fc.record({ name: fc.constant(SECRET), count: fc.integer({ min: 1, max: 9 }), why: fc.constantFrom(`waits for ${SECRET}`, 'your request waits') }, { requiredKeys: ['name', 'count'] }), { maxLength: 15 }),
  asked: fc.record({ count, why: fc.array(fc.constant(`waits for ${SECRET} to accept your request`), { maxLength: 12 }) }),
  directory: fc.record({
    mode: fc.constantFrom('off', 'client', 'server'),
    peers: count,
    published: fc.record({ time, replicas: count, confirmations: count }),
    canSign: fc.boolean(),
    read: fc.oneof(fc.constant('none' as const), fc.record({ time, expires: time, confirmations: count, stale: fc.constantFrom('old', 'unconfirmed', 'expired') }, { requiredKeys: ['time', 'expires', 'confirmations'] }))
  }, { requiredKeys: ['mode', 'peers', 'canSign'] }),
  clock: fc.record({ ahead: fc.array(fc.integer({ min: -NOW, max: NOW }), { maxLength: 5 }), notBefore: time }),
  disk: fc.record({ path: fc.constant('/p'), free: fc.nat(), store: fc.nat() }, { requiredKeys: ['path', 'store'] }),
  atRest: fc.constantFrom('passphrase', 'keyfile', 'keychain', 'browser'),
  keeping: fc.record({ mode: fc.constantFrom('off', 'contacts', 'volunteer'), used: fc.nat(), limit: fc.nat() })
}) as fc.Arbitrary<Facts>

describe('what a node finds about itself', () => {
  it('is nothing but good where all is well', () => {
    const found = findings(facts())
    expect(only(found, 'problem')).to.deep.equal([])
    expect(only(found, 'warning')).to.deep.equal([])
    expect(found.map(({ code }) => code)).to.include.members(['disk', 'clock', 'reach', 'ports', 'running', 'mailbox', 'outbox', 'directory', 'connections', 'contacts', 'keeping', 'at-rest'])
  })

  for (const [title, over, code, level, says, advises] of TABLE) {
    it(`of ${title}: ${code}, ${level}`, () => {
      const one = finding(findings(facts(over)), code)
      expect(one.level).to.equal(level)
      expect(one.finding).to.match(says)
      expect(one.advice).to.match(advises)
    })
  }

  it('without a network blames neither mailboxes, nor the directory, nor the absence of others', () => {
    const found = findings(facts({ ...OFFLINE, mailboxes: [keeper({ trouble: 'unreachable since then' })], directory: { mode: 'client', peers: 0, canSign: true }, outbox: 1, waiting: [{ name: 'Bob', count: 1 }] }))
    expect(only(found, 'problem')).to.deep.equal(['no-network'])
    expect(only(found, 'warning')).to.deep.equal(['waiting'])
    expect(finding(found, 'waiting').advice).to.match(/when the network is back/)
  })

  it('with a wrong clock calls no record stale', () => {
    const found = findings(facts({ clock: { ahead: [-400 * DAY], notBefore: 0 }, directory: { mode: 'client', peers: 9, read: { time: NOW - 400 * DAY, expires: NOW - 300 * DAY, confirmations: 9, stale: 'expired' }, canSign: true } }))
    expect(found.map(({ code }) => code)).not.to.include('directory-stale')
    expect(found[0]?.code).to.equal('clock-wrong')
  })

  it('five broken set-ups give five different pieces of advice, each first', () => {
    const broken: Array<Partial<Facts>> = [OFFLINE, { clock: { ahead: [-365 * DAY], notBefore: 0 } }, { listen: ['/ip4/0.0.0.0/tcp/9'] }, { disk: { path: '/p', free: 0, store: 1 } }, { mailboxes: [keeper({ trouble: 'unreachable since then' })] }]
    const first = broken.map(over => findings(facts(over))[0])
    expect(first.map(one => one?.code)).to.deep.equal(['no-network', 'clock-wrong', 'port-taken', 'disk-full', 'mailboxes-gone'])
    expect(new Set(first.map(one => one?.advice)).size).to.equal(5)
  })

  it('is, whatever the facts: the worst first, whole sentences, and something about every area', () => {
    fc.assert(fc.property(anyFacts, given => {
      const found = findings(given)
      const ranks = found.map(({ level }) => ['problem', 'warning', 'ok'].indexOf(level))
      expect(ranks).to.deep.equal([...ranks].sort((a, b) => a - b))
      for (const { finding, advice } of found) {
        for (const text of [finding, advice]) {
          expect(text).to.match(/^[\p{Lu}\d].*[.?)]$/us)
          expect(text).not.to.match(/undefined|NaN|\bnull\b|-\d|\.\.| {2}/)
        }
      }
      expect(found.some(({ code }) => code.startsWith('disk'))).to.equal(true)
      expect(found.some(({ code }) => code === 'revoked')).to.equal(given.revoked)
      if (given.revoked) return
      expect(found.some(({ code }) => code.startsWith('clock'))).to.equal(true)
      expect(found.some(({ code }) => ['running', 'not-running'].includes(code))).to.equal(true)
      expect(found.length).to.be.below(60)
    }))
  })

  it('asks nobody for a mailbox who has nobody to write to', () => {
    const nobody = { contacts: { total: 0, direct: 0, relayed: 0 }, people: [] }
    for (const mailboxes of [[], [keeper()], [keeper({ trouble: 'unreachable since then' })]]) {
      const found = findings(facts({ ...nobody, mailboxes }))
      expect(only(found, 'problem')).to.deep.equal([])
      expect(only(found, 'warning')).to.deep.equal(mailboxes[0]?.trouble === undefined ? [] : ['mailbox-trouble'])
    }
    expect(only(findings(facts({ mailboxes: [] })), 'warning')).to.deep.equal(['no-mailbox'])
  })

  it('takes an own node that stays for enough', () => {
    const own = keeper({ kind: 'own', used: 0, limit: 0, measured: 0 })
    expect(only(findings(facts({ mailboxes: [own] })), 'warning')).to.deep.equal([])
    expect(finding(findings(facts({ mailboxes: [own] })), 'mailbox').finding).to.match(/^Your own node …\S+ stays on/)
  })

  it('says of a node that just started nothing that only time can tell', () => {
    const early: Partial<Facts> = { uptime: 900, mailboxes: [keeper({ trouble: 'not reached yet' })], directory: { mode: 'client', peers: 0, canSign: true }, disk: { path: '/p', free: 4096, store: 1 } }
    expect(notable(facts(early)).map(({ code }) => code)).to.deep.equal(['disk-full'])
    expect(notable(facts({ ...early, uptime: 60_000 })).map(({ code }) => code)).to.include.members(['disk-full', 'mailboxes-gone', 'directory-alone'])
  })

  it('names nobody where the facts name nobody', () => {
    fc.assert(fc.property(anyFacts, given => {
      const discreet: Facts = { ...given, people: [], asked: { ...given.asked, why: [] }, mailboxNames: {}, waiting: given.waiting.map(({ count }) => ({ count })) }
      expect(JSON.stringify(findings(discreet))).not.to.match(/Zebedee|12D3KooWKeeper|12D3KooWRelay/)
    }))
  })
})
