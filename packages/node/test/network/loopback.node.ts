import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { PerformanceObserver } from 'node:perf_hooks'
import { expect } from 'chai'
import { eventOf, temporaryDirectory, testnet } from '../../../../test/support/testnet.ts'
import { isLoopbackOnly, scopeOf } from '../../src/network/addresses.ts'
import type { AddressInfo, Socket } from 'node:net'

const HERE = ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws', '/ip4/127.0.0.1/udp/0/webrtc-direct']
const STRANGER = '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'
/** Addresses for documentation (RFC 5737, RFC 3849): if one of these was contacted, the rule is broken. */
const ELSEWHERE = [
  '/ip4/192.0.2.1/tcp/4001', '/ip4/192.0.2.1/tcp/80/ws', '/ip6/2001:db8::1/tcp/4001', '/ip4/10.0.0.1/tcp/4001', '/ip4/0.0.0.0/tcp/4001',
  '/dns4/localhost/tcp/4001', '/dns4/peer.example/tcp/443/wss', '/dnsaddr/peer.example',
  `/ip4/192.0.2.1/tcp/4001/p2p/${STRANGER}/p2p-circuit`, `/ip4/192.0.2.1/tcp/4001/p2p/${STRANGER}/p2p-circuit/webrtc`,
  '/ip4/192.0.2.1/udp/4001/webrtc-direct/certhash/uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g'
]

describe('a node that listens only on loopback', () => {
  it('is told by its addresses', () => {
    expect(isLoopbackOnly(HERE)).to.equal(true)
    expect(isLoopbackOnly([...HERE, '/ip6/::1/tcp/0', '/p2p-circuit', '/webrtc', '/memory/a'])).to.equal(true)
    expect(isLoopbackOnly([...HERE, '/ip4/0.0.0.0/tcp/0'])).to.equal(false)
    expect(isLoopbackOnly([])).to.equal(false)
    expect(['/ip4/127.9.9.9/tcp/1', '/ip4/100.64.0.1/tcp/1', '/ip6/fd00::1/tcp/1', '/ip6/::ffff:127.0.0.1/tcp/1', '/ip4/9.9.9.9/tcp/1', '/dns4/localhost/tcp/1'].map(scopeOf))
      .to.deep.equal(['loopback', 'lan', 'lan', 'loopback', 'public', 'name'])
  })

  it('contacts nothing else, asks no name server and sends no multicast, even in mode public', async () => {
    const attempts: string[] = []
    let datagrams = 0
    const names: string[] = []
    const onSocket = (message: unknown): void => {
      (message as { socket: Socket }).socket.on('connectionAttempt', (ip: string) => { attempts.push(ip) })
    }
    const onDatagram = (): void => { datagrams++ }
    subscribe('net.client.socket', onSocket)
    subscribe('udp.socket', onDatagram)
    const observer = new PerformanceObserver(list => { names.push(...list.getEntries().map(entry => entry.name)) })
    observer.observe({ entryTypes: ['dns'] })
    const net = await testnet(1, { transport: 'tcp', network: { mode: 'public', resident: true, listen: HERE, bootstrap: ['/ip4/192.0.2.1/tcp/4001'] } })
    const [alice] = net.peers
    if (alice === undefined) throw new Error('one peer was asked for')
    while (!alice.network.addresses().some(address => address.includes('webrtc-direct'))) await eventOf(alice.network, 'addresses:change')
    for (const address of ELSEWHERE) {
      const place = { peerId: STRANGER, addresses: [address] }
      expect(await alice.network.open(place, '/test/1').catch(error => error.code), address).to.equal('UNREACHABLE')
      expect(await alice.network.openAnonymous(place, '/test/1', 'scope').catch(error => error.code), address).to.equal('UNREACHABLE')
    }
    expect(attempts).to.deep.equal([])
    const bob = await net.add()
    expect(await alice.network.open(bob.place(), '/test/1').catch(error => error.code)).to.equal('REFUSED') // he is there, without this protocol
    expect(attempts).to.deep.equal(['127.0.0.1'])
    expect(alice.network.reachability).to.equal('loopback')
    await net.stop()
    observer.disconnect()
    unsubscribe('net.client.socket', onSocket)
    unsubscribe('udp.socket', onDatagram)
    expect(datagrams).to.equal(0)
    expect(names).to.deep.equal([])
  })
})

describe('an address that a peer gives', () => {
  it('never leads to a socket in the file system: those are services of this machine', async () => {
    const { path, remove } = await temporaryDirectory()
    const socket = join(path, 'service.sock')
    let callers = 0
    const server = createServer(caller => { callers++; caller.destroy() }).listen(socket)
    await new Promise(resolve => server.once('listening', resolve))
    const net = await testnet(1, { transport: 'tcp' })
    const open = await net.add({ listen: [], loopbackOnly: false, lan: false })
    const place = { peerId: STRANGER, addresses: [`/unix/${encodeURIComponent(socket)}`, `/unix/${encodeURIComponent(socket)}/p2p/${STRANGER}`] }
    for (const { network } of [...net.peers, open]) {
      expect(await network.open(place, '/test/1').catch(error => error.code)).to.equal('UNREACHABLE')
      expect(await network.openAnonymous(place, '/test/1', 'scope').catch(error => error.code)).to.equal('UNREACHABLE')
    }
    await net.stop()
    server.close()
    await remove()
    expect(callers).to.equal(0)
  })
})

describe('starting', () => {
  it('on a port in use says so, and what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const net = await testnet(0, { transport: 'tcp' })
    const error = await net.add({ listen: [`/ip4/127.0.0.1/tcp/${port}`] }).catch(error => error)
    expect(error).to.have.property('code', 'PORT_IN_USE')
    expect(error.hint).to.contain('port')
    server.close()
    await net.stop()
  })

  it('in mode public with no network works, and keeps trying', async () => {
    const net = await testnet(1, { transport: 'tcp', network: { mode: 'public', listen: [], publicBootstrap: [`/ip4/127.0.0.1/tcp/1/p2p/${STRANGER}`], loopbackOnly: false, lan: false } })
    expect(net.peers[0]?.network.reachability).to.equal('offline')
    expect(net.peers[0]?.network.addresses()).to.deep.equal([])
    await net.stop()
  })
})
