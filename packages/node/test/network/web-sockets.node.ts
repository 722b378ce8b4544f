import { connect, createServer } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { WebSocketServer } from 'ws'
import { MAX_PENDING_INBOUND } from '../../src/config.ts'
import { randomSeed } from '../../src/identity/ed25519.ts'
import { createHost } from '../../src/network/host.ts'
import type { Host } from '../../src/network/host.ts'
import type { Connection } from '@libp2p/interface'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { WebSocket } from 'ws'

const UPGRADE = 'GET / HTTP/1.1\r\nHost: bob\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n'
const MASK = [0, 0, 0, 0]
const byte = (count: number, make: (at: number) => number): number[] => Array.from({ length: count }, (_, at) => make(at))

/** What breaks RFC 6455 or our bounds, from who has proved nothing. */
const FRAMES: Record<string, number[]> = {
  'a length of 2^40': [0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0],
  'a message of 90 MB': [0x82, 0xff, 0, 0, 0, 0, 5, 0x5d, 0x4a, 0x80, ...MASK],
  'a frame without its mask': [0x82, 2, 1, 2],
  'a kind that does not exist': [0x83, 0x80, ...MASK],
  'reserved bits': [0xf2, 0x80, ...MASK],
  'a text that is none': [0x81, 0x82, ...MASK, 0xff, 0xff],
  'a ping in pieces': [0x09, 0x80, ...MASK],
  'the rest of what never began': [0x80, 0x80, ...MASK],
  'a goodbye with no code': [0x88, 0x81, ...MASK, 1],
  'a message in 1,000 pieces': [0x02, 0x81, ...MASK, 1, ...byte(1000, () => 0).flatMap(() => [0x00, 0x81, ...MASK, 1])],
  rubbish: byte(3000, at => at * at % 251)
}

describe('a listener of WebSockets', () => {
  const hosts: Host[] = []
  let bob: Host
  let port: number

  async function host (listen: string[] = []): Promise<Host> {
    const made = await createHost({ peerSeed: randomSeed(), listen, loopbackOnly: true, transports: 'all', mode: 'local', resident: false, anonymous: false })
    hosts.push(made)
    await made.libp2p.start()
    return made
  }

  async function dial (): Promise<Connection> {
    const alice = await host()
    return await alice.libp2p.dial(bob.libp2p.getMultiaddrs())
  }

  function socket (bytes: string | Uint8Array = ''): Socket {
    const made = connect(port, '127.0.0.1').on('error', () => {}) // thrown out: as it should be
    made.resume().write(bytes)
    return made
  }

  async function over (socket: Socket): Promise<void> {
    if (!socket.destroyed) await new Promise(resolve => socket.once('close', resolve))
  }

  beforeEach(async () => {
    bob = await host(['/ip4/127.0.0.1/tcp/0/ws'])
    port = Number(/\/tcp\/(\d+)/.exec(String(bob.libp2p.getMultiaddrs()[0]))?.[1])
  })
  afterEach(async () => { await Promise.all(hosts.splice(0).map(async ({ libp2p }) => { await libp2p.stop() })) })

  for (const [what, bytes] of Object.entries(FRAMES)) {
    it(`T50: ends with whom it sent ${what}, and with nobody else`, async () => {
      const connection = await dial()
      await over(socket(Buffer.concat([Buffer.from(UPGRADE), Uint8Array.from(bytes)])))
      expect(connection.status).to.equal('open')
      await dial()
    })
  }

  it('T50: lets bob be reached while somebody holds as many sockets as they like, and ends those that become none of his', async () => {
    const silent = Array.from({ length: MAX_PENDING_INBOUND + 50 }, (_, at) => socket(['', 'GET / HT', `${UPGRADE.slice(0, -2)}X: y\r\n`][at % 3]))
    await Promise.all(silent.slice(0, 40).map(over)) // who waited longest makes room
    const connection = await dial()
    const upgraded = socket(UPGRADE) // and says nothing
    await Promise.all([upgraded, ...silent].map(over)) // the others after a while
    expect(connection.status).to.equal('open')
  })

  for (const who of ['bob', 'alice'] as const) {
    it(`where ${who} gives a connection up, the other hears of it`, async () => {
      const came = new Promise<Connection>(resolve => { bob.libp2p.addEventListener('connection:open', ({ detail }) => { resolve(detail) }, { once: true }) })
      const connection = await dial()
      const theirs = await came
      const [given, other] = who === 'bob' ? [theirs, connection] : [connection, theirs]
      const heard = new Promise(resolve => { other.addEventListener('close', resolve, { once: true }) })
      given.abort(new Error('given up'))
      await heard
    })
  }
})

describe('who dials a WebSocket', () => {
  let alice: Host
  let server: WebSocketServer

  beforeEach(async () => {
    alice = await createHost({ peerSeed: randomSeed(), listen: [], loopbackOnly: true, transports: 'all', mode: 'local', resident: false, anonymous: false })
    await alice.libp2p.start()
    server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: true })
    await new Promise(resolve => server.once('listening', resolve))
  })
  afterEach(async () => {
    for (const client of server.clients) client.terminate()
    server.close()
    await alice.libp2p.stop()
  })

  const dialled = async (): Promise<unknown> => alice.libp2p.dial(multiaddr(`/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}/ws`)).catch((error: unknown) => error)

  it('T50: lets nothing be unpacked here: a little that came would be very much', async () => {
    const agreed = new Promise<string>(resolve => server.once('connection', client => { resolve(client.extensions); client.close() }))
    expect(await dialled()).to.be.instanceOf(Error)
    expect(await agreed).to.equal('')
  })

  for (const [what, send] of Object.entries({
    'a message of 1 MB': (client: WebSocket) => { client.send(new Uint8Array(1_000_000)) },
    'text that is none': (client: WebSocket) => { client.send(Uint8Array.of(0xff, 0xff), { binary: false }) },
    rubbish: (client: WebSocket) => { (client as unknown as { _socket: Socket })._socket.write(Uint8Array.from(byte(3000, () => 0xff))) }
  })) {
    it(`T50: ends the connection over which ${what} comes, and nothing else`, async () => {
      const over = new Promise<void>(resolve => server.once('connection', client => {
        client.on('error', () => {}) // thrown out: as it should be
        client.once('close', () => { resolve() })
        send(client)
      }))
      expect(await dialled()).to.be.instanceOf(Error)
      await over
      expect(alice.libp2p.status).to.equal('started')
    })
  }

  it('gives up who answers nothing, as soon as whoever dialled does', async () => {
    server.close()
    const silent = await new Promise<Server>(resolve => { const made = createServer(socket => { socket.on('error', () => {}) }).listen(0, '127.0.0.1', () => { resolve(made) }) })
    const came = new Promise<Socket>(resolve => silent.once('connection', resolve))
    const giveUp = new AbortController()
    const dialling = alice.libp2p.dial(multiaddr(`/ip4/127.0.0.1/tcp/${(silent.address() as AddressInfo).port}/ws`), { signal: giveUp.signal }).catch((error: unknown) => error)
    const socket = await came
    const over = new Promise(resolve => socket.resume().once('close', resolve))
    giveUp.abort()
    expect(await dialling).to.be.instanceOf(Error)
    await over
    silent.close()
  })
})
