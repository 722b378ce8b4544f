import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { hexToBytes } from '@noble/hashes/utils.js'
import { expect } from 'chai'
import { StunServer } from '../../src/calls/stun-server.ts'
import { movingClock } from '../../../../test/support/clock.ts'
import type { Socket } from 'node:dgram'

describe('the STUN server of a node that stays', () => {
  const sockets: Socket[] = []
  let server: StunServer | undefined
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.close()
    await server?.stop()
  })

  it('CALL-12: it answers over UDP, ten times a second at most, and announces where', async () => {
    const clock = movingClock()
    server = await StunServer.open(clock, '127.0.0.1', 0)
    if (server === undefined) throw new Error('Node has datagrams')
    const { port } = server
    expect(server.announced(['/ip4/127.0.0.1/tcp/4001/p2p/x', '/ip4/127.0.0.1/tcp/4002/ws/p2p/x'])).to.deep.equal([`127.0.0.1:${port}`])
    expect(server.announced(['/ip4/127.0.0.1/tcp/1', '/ip4/192.0.2.1/tcp/1', '/ip6/2001:db8::1/tcp/1', '/ip4/192.0.2.9/tcp/1/p2p/x/p2p-circuit'])).to.deep.equal([`192.0.2.1:${port}`, `[2001:db8::1]:${port}`])
    const socket = createSocket('udp4')
    sockets.push(socket)
    await new Promise<void>(resolve => { socket.bind(0, '127.0.0.1', resolve) })
    const answers: Buffer[] = []
    socket.on('message', bytes => { answers.push(bytes) })
    const until = async (count: number): Promise<void> => { while (answers.length < count) await once(socket, 'message') }
    const ask = (): void => { socket.send(hexToBytes('000100002112a442b7e7a701bc34d686fa87dfae'), port, '127.0.0.1') }
    for (let n = 0; n < 30; n++) ask()
    await until(10)
    await clock.advance(1000)
    for (let n = 0; n < 30; n++) ask() // those of before that it had not seen yet count among these
    await until(20)
    await server.stop()
    server = undefined
    expect(answers).to.have.length(20)
  })
})
