import { expect } from 'chai'
import { movingClock } from '../../../../test/support/clock.ts'
import { eventOf, testnet } from '../../../../test/support/testnet.ts'
import { FRAME_TIMEOUT_MS, MAX_FRAME_BYTES } from '../../src/config.ts'
import { frameHeader } from '../../src/network/frame-buffer.ts'
import { hostile, over } from './hostile.ts'
import type { Hostile } from './hostile.ts'
import type { Testnet, TestnetInit, TestPeer } from '../../../../test/support/testnet.ts'
import type { FrameStream } from '../../src/network/index.ts'

const PROTOCOL = '/test/1'
const LIMITS = { maxStreamsPerPeer: 4, maxStreams: 8 }

async function ended (stream: FrameStream): Promise<void> {
  if (!stream.closed.aborted) await eventOf(stream.closed, 'abort')
}

function reading (stream: FrameStream): AsyncIterator<Uint8Array> {
  return stream.frames()[Symbol.asyncIterator]()
}

describe('frame streams', () => {
  let net: Testnet
  let alice: TestPeer
  let bob: TestPeer
  let mallory: Hostile | undefined

  async function meet (init: TestnetInit = {}): Promise<void> {
    net = await testnet(2, init)
    ;[alice, bob] = net.peers as [TestPeer, TestPeer]
  }

  /** Bob's end of the next stream. */
  async function answered (): Promise<FrameStream> {
    return new Promise(resolve => {
      bob.network.handle(PROTOCOL, async stream => {
        resolve(stream)
        await ended(stream)
      }, LIMITS).catch(() => {})
    })
  }

  afterEach(async () => {
    await mallory?.stop()
    mallory = undefined
    await net.stop()
  })

  for (const transport of ['memory', 'tcp'] as const) {
    it(`carry frames of any size both ways and in order over ${transport}`, async () => {
      await meet({ transport })
      await bob.network.handle(PROTOCOL, async stream => {
        for await (const frame of stream.frames()) await stream.send(frame)
      }, LIMITS)
      const stream = await alice.network.open(bob.place(), PROTOCOL)
      const sizes = [0, 1, 127, 128, 16384, 70_000, MAX_FRAME_BYTES]
      const sent = Promise.all(sizes.map(async size => stream.send(new Uint8Array(size).fill(size % 251))))
      const got: number[] = []
      for await (const frame of stream.frames()) {
        got.push(frame.byteLength)
        expect(frame.every(byte => byte === frame.byteLength % 251)).to.equal(true)
        if (got.length === sizes.length) await stream.close()
      }
      await sent
      expect(got).to.deep.equal(sizes)
      await ended(stream)
      expect(stream.peerId).to.equal(bob.network.peerId)
      expect(stream.direct).to.equal(true)
    })
  }

  it('let alice end her half and still hear the answer', async () => {
    await meet()
    await bob.network.handle(PROTOCOL, async stream => {
      let sum = 0
      for await (const frame of stream.frames()) sum += frame.byteLength
      await stream.send(Uint8Array.of(sum))
    }, LIMITS)
    const stream = await alice.network.open(bob.place(), PROTOCOL)
    await stream.send(new Uint8Array(3))
    await stream.send(new Uint8Array(4))
    await stream.close()
    const answers: Uint8Array[] = []
    for await (const frame of stream.frames()) answers.push(frame)
    expect(answers).to.deep.equal([Uint8Array.of(7)])
    await ended(stream)
  })

  it('make alice wait for bob, who reads slowly, and lose nothing', async () => {
    await meet({ transport: 'tcp' })
    const answer = answered()
    const stream = await alice.network.open(bob.place(), PROTOCOL)
    const count = 60
    let sent = 0
    const sending = (async () => {
      for (let i = 0; i < count; i++) {
        await stream.send(new Uint8Array(MAX_FRAME_BYTES).fill(i))
        sent++
      }
      await stream.close()
    })()
    const reader = await answer
    const first = reading(reader)
    await first.next()
    let before = -1
    while (sent !== before) { // until nothing moves any more
      before = sent
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    expect(sent).to.be.lessThan(count) // 15 MiB do not fit into the windows between them
    let next = 1
    for (let frame = await first.next(); frame.done !== true; frame = await first.next()) expect(frame.value[0]).to.equal(next++)
    await sending
    expect(next).to.equal(count)
  })

  it('refuse to hold more unsent bytes than the limit, and frames over it', async () => {
    await meet()
    const answer = answered()
    const stream = await alice.network.open(bob.place(), PROTOCOL)
    expect(await stream.send(new Uint8Array(MAX_FRAME_BYTES + 1)).catch(error => error.code)).to.equal('FRAME_TOO_LARGE')
    const sends = Array.from({ length: 60 }, async () => stream.send(new Uint8Array(MAX_FRAME_BYTES)).catch(error => error.code))
    const reader = await answer
    const late = new AbortController()
    const held = stream.send(Uint8Array.of(1), { signal: late.signal }).catch(error => error.code)
    late.abort()
    expect(await held).to.be.oneOf(['ABORTED', 'QUEUE_FULL'])
    reader.abort(new Error('enough'))
    expect(await Promise.all(sends)).to.include('QUEUE_FULL').and.to.include('UNREACHABLE')
    expect(await stream.send(Uint8Array.of(1)).catch(error => error.code)).to.equal('UNREACHABLE')
  })

  it('end for bob when alice vanishes, after the frames that came', async () => {
    await meet({ transport: 'tcp' })
    const answer = answered()
    const stream = await alice.network.open(bob.place(), PROTOCOL)
    await stream.send(Uint8Array.of(1))
    const reader = await answer
    const frames = reading(reader)
    expect((await frames.next()).value).to.deep.equal(Uint8Array.of(1))
    await alice.network.stop()
    expect((await frames.next()).done).to.equal(true)
    await ended(reader)
    await ended(stream)
  })

  describe('from mallory', () => {
    async function attack (bytes: Uint8Array[], init?: TestnetInit): Promise<{ stream: FrameStream, raw: Awaited<ReturnType<Hostile['raw']>> }> {
      await meet(init)
      mallory = await hostile()
      const answer = answered()
      const raw = await mallory.raw(bob.place().addresses[0] ?? '', PROTOCOL)
      for (const part of bytes) raw.send(part)
      return { stream: await answer, raw }
    }

    it('that announce too large a frame are reset', async () => {
      const { stream, raw } = await attack([frameHeader(MAX_FRAME_BYTES + 1), new Uint8Array(10)])
      expect((await reading(stream).next()).done).to.equal(true)
      expect(stream.closed.reason).to.have.property('code', 'FRAME_TOO_LARGE')
      await over(raw)
    })

    it('whose length never ends are reset', async () => {
      const { stream, raw } = await attack([new Uint8Array(64).fill(0xff)])
      expect((await reading(stream).next()).done).to.equal(true)
      await over(raw)
    })

    it('that begin a frame and fall silent are reset after the timeout', async () => {
      const clock = movingClock()
      const { stream, raw } = await attack([frameHeader(100), new Uint8Array(50)], { clock })
      const next = reading(stream).next()
      const bytes = async (): Promise<void> => { while (clock.pending === 0) await new Promise(resolve => setImmediate(resolve)) }
      await bytes()
      await clock.advance(FRAME_TIMEOUT_MS - 1)
      expect(stream.closed.aborted).to.equal(false)
      await clock.advance(1)
      expect((await next).done).to.equal(true)
      expect(stream.closed.reason).to.have.property('code', 'PROTOCOL_VIOLATION')
      await over(raw)
    })

    it('that flood a reader who does not read stay within bounds', async () => {
      const { stream, raw } = await attack([])
      const before = process.memoryUsage.rss()
      const chunk = new Uint8Array(1024 * 1024).fill(1)
      for (let i = 0; i < 32 && raw.status === 'open'; i++) {
        raw.send(chunk)
        await new Promise(resolve => setImmediate(resolve))
      }
      expect(raw.writableNeedsDrain || raw.status !== 'open').to.equal(true)
      expect(process.memoryUsage.rss() - before).to.be.lessThan(120 * 1024 * 1024) // most of it is what mallory has queued
      let frames = 0
      for await (const frame of stream.frames()) { // each byte 1 announces a frame of one byte
        expect(frame.byteLength).to.equal(1)
        if (++frames === 1000) break
      }
      raw.abort(new Error('enough'))
      await ended(stream)
    })
  })
})
