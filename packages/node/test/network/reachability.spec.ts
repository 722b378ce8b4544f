import { expect } from 'chai'
import { dialOrder, isNear, scopeOf, shareOrder } from '../../src/network/addresses.ts'
import { Observed } from '../../src/network/observed.ts'
import { judge } from '../../src/network/reachability.ts'
import { bestOf } from '../../src/network/relays.ts'
import { Upgrades } from '../../src/network/upgrades.ts'
import type { Evidence, OwnAddress } from '../../src/network/reachability.ts'

const PEER = '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8'
const RELAY = '12D3KooWBmwkafWE2fqfzS96VoTZgpGp6aJsF4N7n6eAR1rVHCbh'

describe('what is believed of reachability', () => {
  const bound = (address: string, proved = true): OwnAddress => ({ address, kind: 'bound', proved })
  const say = (evidence: Partial<Evidence>): string => {
    const { reachability, why } = judge({ loopbackOnly: false, addresses: [], connections: 0, called: false, refused: false, mapped: 'none', ...evidence })
    return `${reachability}, ${why}`
  }
  const lan = bound('/ip4/192.168.1.2/tcp/1')

  it('stands on evidence', () => {
    expect(say({ loopbackOnly: true, connections: 3 })).to.equal('loopback, loopback')
    expect(say({})).to.equal('offline, none')
    expect(say({ addresses: [bound('/ip4/127.0.0.1/tcp/1')] })).to.equal('offline, none')
    expect(say({ addresses: [bound('/ip4/127.0.0.1/tcp/1')], connections: 1 })).to.equal('unknown, unknown')
    expect(say({ addresses: [lan], connections: 1 })).to.equal('lan, unknown')
    expect(say({ addresses: [lan], refused: true })).to.equal('lan, refused')
    expect(say({ addresses: [lan], called: true })).to.equal('public, called')
    expect(say({ addresses: [lan, bound('/ip4/11.1.1.1/tcp/1')] })).to.equal('public, bound')
  })

  it('does not stand on an address that nobody proved, nor on a relay', () => {
    expect(say({ addresses: [lan, bound('/ip6/2a00::1/tcp/1', false)] })).to.equal('lan, unknown')
    expect(say({ addresses: [lan, { address: `/ip4/11.1.1.1/tcp/1/p2p/${RELAY}/p2p-circuit`, kind: 'observed', proved: true }] })).to.equal('lan, unknown')
    expect(say({ addresses: [lan, { address: '/ip4/11.1.1.1/tcp/1', kind: 'mapped', proved: false }], mapped: 'mapped' })).to.equal('lan, unknown')
  })

  it('tells a port that the router forwards from one that somebody set up by hand', () => {
    const mapped: OwnAddress = { address: '/ip4/11.1.1.1/tcp/1', kind: 'mapped', proved: true }
    expect(say({ addresses: [lan, mapped], called: true, mapped: 'mapped' })).to.equal('public, mapped')
    expect(say({ addresses: [lan, mapped], called: true })).to.equal('public, confirmed')
  })

  it('does not stand on the word of one who never called back', () => {
    expect(say({ addresses: [lan, { address: '/ip4/11.1.1.1/tcp/1', kind: 'mapped', proved: true }], mapped: 'mapped' })).to.equal('lan, unknown')
  })
})

describe('addresses', () => {
  it('of special purpose lead nowhere in public', () => {
    for (const address of ['192.0.2.1', '198.51.100.7', '203.0.113.9', '198.18.0.1', '198.19.255.1', '100.64.0.1', '192.0.0.8', '224.0.0.251', '240.0.0.1', '255.255.255.255', '192.88.99.1']) {
      expect(scopeOf(`/ip4/${address}/tcp/1`), address).to.equal('lan')
    }
    for (const address of ['2001:db8::1', 'fe80::1', 'fd00::1', 'ff02::fb', '::ffff:10.0.0.1', '100::1', '3fff::1', '2001::1']) expect(scopeOf(`/ip6/${address}/tcp/1`), address).to.equal('lan')
    for (const address of ['11.0.0.1', '172.15.0.1', '172.32.0.1', '198.17.0.1', '198.20.0.1', '192.0.3.1', '223.255.255.1', '100.63.0.1', '100.128.0.1']) expect(scopeOf(`/ip4/${address}/tcp/1`), address).to.equal('public')
    for (const address of ['2a00:1450::1', '2001:4860::1', '2606::1', '::ffff:11.0.0.1']) expect(scopeOf(`/ip6/${address}/tcp/1`), address).to.equal('public')
    expect(scopeOf('/ip4/127.255.0.1/tcp/1')).to.equal('loopback')
  })

  it('are dialled best first: a neighbour, what is far, a relay, and the LAN of somebody else', () => {
    const addresses = [`/ip4/11.0.0.1/tcp/1/p2p/${RELAY}/p2p-circuit`, '/ip4/192.168.7.7/tcp/2', '/ip4/11.2.2.2/tcp/3', '/ip4/192.168.1.9/tcp/4/ws', '/ip4/192.168.1.9/tcp/5']
    const order = (bits?: number): string[] => dialOrder(PEER, addresses, bits === undefined ? undefined : [{ address: '192.168.1.2', bits }]).map(address => /\/tcp\/(\d)/.exec(address)?.[1] ?? '')
    expect(order(24)).to.deep.equal(['5', '4', '3', '1', '2'])
    expect(order(16)).to.deep.equal(['2', '5', '4', '3', '1'])
    expect(order()).to.deep.equal(['2', '5', '4', '3', '1'])
    expect(isNear('/ip4/192.168.1.2/tcp/1', [{ address: '192.168.1.200', bits: 25 }])).to.equal(false)
    const home = [{ address: '192.168.1.2', bits: 24 }, { address: '2a00:1:0:7::1234', bits: 64 }]
    expect(isNear('/ip6/2a00:1:0:7:a:b:c:d/tcp/1', home)).to.equal(true)
    expect(isNear('/ip6/2a00:0001::7:a:b:c:d/tcp/1', home)).to.equal(true)
    expect(isNear('/ip6/2a00:1:0:8::1/tcp/1', home)).to.equal(false)
    expect(isNear('/ip6/2a00:1::/tcp/1', [])).to.equal(false)
  })

  it('are given to others so that those who keep few keep the best of each kind', () => {
    const shared = shareOrder(PEER, ['/ip4/127.0.0.1/tcp/1', '/ip4/192.168.1.2/udp/9/webrtc-direct', '/ip4/192.168.1.2/tcp/1', `/ip4/11.0.0.1/tcp/1/p2p/${RELAY}/p2p-circuit`, '/ip4/11.2.2.2/tcp/3/ws', '/ip4/11.2.2.2/tcp/3'])
    expect(shared.map(address => address.replace(`/p2p/${PEER}`, ''))).to.deep.equal(['/ip4/11.2.2.2/tcp/3', '/ip4/11.2.2.2/tcp/3/ws', `/ip4/11.0.0.1/tcp/1/p2p/${RELAY}/p2p-circuit`, '/ip4/192.168.1.2/tcp/1', '/ip4/192.168.1.2/udp/9/webrtc-direct', '/ip4/127.0.0.1/tcp/1'])
  })

  it('of a relay: the one that most others can use', () => {
    const at = (where: string): string => `${where}/p2p/${RELAY}`
    const all = [at('/ip4/127.0.0.1/tcp/1'), at('/ip4/192.168.1.1/tcp/1'), at('/ip4/11.0.0.1/tcp/2/ws'), at('/ip4/11.0.0.1/tcp/1'), at('/dns4/relay.example/tcp/443/wss')]
    expect(bestOf(all, undefined, false)).to.equal(at('/ip4/11.0.0.1/tcp/1'))
    expect(bestOf(all.slice(0, 2), undefined, false)).to.equal(at('/ip4/192.168.1.1/tcp/1'))
    expect(bestOf(all.slice(0, 1), undefined, false)).to.equal(undefined)
    expect(bestOf(all.slice(0, 1), undefined, true)).to.equal(at('/ip4/127.0.0.1/tcp/1'))
    expect(bestOf([at('/ip4/11.0.0.1/tcp/1'), at('/ip4/11.0.0.2/tcp/1')], at('/ip4/11.0.0.2/tcp/1'), false)).to.equal(at('/ip4/11.0.0.2/tcp/1'))
  })
})

describe('what others say of our address', () => {
  it('is tried where it was seen on the steady port, and guessed where the router keeps ports', () => {
    const observed = new Observed(20_000)
    observed.learn('a', '/ip4/11.1.1.1/tcp/31000', false)
    expect(observed.meeting()).to.deep.equal(['/ip4/11.1.1.1/tcp/20000'])
    observed.learn('b', '/ip4/11.1.1.1/tcp/41000', true)
    observed.learn('c', '/ip4/11.1.1.1/tcp/41000', true)
    observed.learn('d', '/ip4/11.9.9.9/tcp/41000', true)
    expect(observed.meeting()).to.deep.equal(['/ip4/11.1.1.1/tcp/41000', '/ip4/11.9.9.9/tcp/41000', '/ip4/11.1.1.1/tcp/20000', '/ip4/11.9.9.9/tcp/20000'])
    expect(observed.ips()).to.deep.equal(['11.1.1.1', '11.9.9.9'])
  })

  it('is no news where it is private, and bounded', () => {
    const observed = new Observed(20_000)
    observed.learn('a', '/ip4/192.168.1.2/tcp/5', true)
    observed.learn('a', '/ip6/2a00::1/tcp/5', true)
    expect(observed.meeting()).to.deep.equal([])
    for (let peer = 0; peer < 100; peer++) observed.learn(`peer ${peer}`, `/ip4/11.0.0.${peer}/tcp/5`, true)
    expect(observed.ips()).to.have.lengthOf(16)
    expect(observed.meeting()).to.have.lengthOf(4)
    observed.clear()
    expect(observed.ips()).to.deep.equal([])
  })
})

describe('why something is relayed', () => {
  it('is said while it is tried, and when it failed', async () => {
    const upgrades = new Upgrades()
    expect(upgrades.why('bob')).to.equal('no-address')
    const { promise, reject } = Promise.withResolvers<never>()
    const running = upgrades.track('bob', async () => promise).catch(() => {})
    expect(upgrades.why('bob')).to.equal('trying')
    reject(new Error('no way through'))
    await running
    expect(upgrades.why('bob')).to.equal('failed')
    upgrades.clear()
    expect(upgrades.why('bob')).to.equal('no-address')
  })
})
