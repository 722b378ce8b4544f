import { DIRECT_WINDOW, ENVELOPE_PROTOCOL, Frame, MAX_DIRECT_FRAME_BYTES } from '@sotto/protocols/envelope'
import { expect } from 'chai'
import { DirectLink } from '../../src/delivery/direct-link.ts'
import { testnet } from '../../../../test/support/testnet.ts'
import type { FrameStream } from '../../src/network/index.ts'
import type { Testnet } from '../../../../test/support/testnet.ts'

const queue = new Uint8Array(16).fill(1)
const envelope = new Uint8Array(600).fill(2)

/** A number that others wait for. */
class Counter {
  value = 0
  readonly #waiting = new Set<() => void>()
  add (): void {
    this.value++
    for (const look of this.#waiting) look()
  }

  async reaches (value: number): Promise<void> {
    if (this.value >= value) return
    await new Promise<void>(resolve => {
      const look = (): void => { if (this.value >= value) resolve() }
      this.#waiting.add(look)
    })
  }
}

describe('a direct stream', () => {
  let net: Testnet
  /** bob's side, as it serves streams */
  let links: DirectLink[]
  let arrived: Counter
  let release: () => void
  let held: Promise<void> | undefined

  beforeEach(async () => {
    net = await testnet(2)
    links = []
    arrived = new Counter()
    held = undefined
    await net.peers[1]!.network.handle(ENVELOPE_PROTOCOL, async stream => {
      const link = new DirectLink(stream, async () => {
        arrived.add()
        await held
      })
      links.push(link)
      await link.run()
    }, { maxStreams: 8, maxStreamsPerPeer: 8 })
  })

  afterEach(async () => { await net.stop() })

  async function open (): Promise<FrameStream> {
    return net.peers[0]!.network.open(net.peers[1]!.place(), ENVELOPE_PROTOCOL)
  }

  /** Alice's side, as it should be: resolves when bob's hello is here. */
  async function dial (): Promise<{ link: DirectLink, handled: string[], credits: Counter, ended: Promise<void> }> {
    const link = new DirectLink(await open(), async () => {})
    const handled: string[] = []
    const credits = new Counter()
    const up = Promise.withResolvers<void>()
    link.onCredit = tags => {
      handled.push(...tags)
      for (let i = 0; i < tags.length; i++) credits.add()
      up.resolve()
    }
    const ended = link.run()
    await up.promise
    return { link, handled, credits, ended }
  }

  function hold (): void {
    const gate = Promise.withResolvers<void>()
    held = gate.promise
    release = gate.resolve
  }

  async function ends (stream: FrameStream): Promise<void> {
    if (stream.closed.aborted) return
    await new Promise<void>(resolve => { stream.closed.addEventListener('abort', () => { resolve() }) })
  }

  /** A peer that writes frames by hand; reads until bob ends the stream. */
  async function hostile (...frames: Array<Parameters<typeof Frame.encode>[0] | Uint8Array>): Promise<void> {
    const stream = await open()
    for (const frame of frames) {
      await stream.send(frame instanceof Uint8Array ? frame : Frame.encode(frame)).catch(() => undefined)
    }
    const reading = (async () => { for await (const frame of stream.frames()) expect(frame.byteLength).to.be.lessThan(100) })()
    await ends(stream)
    await reading
  }

  const hello = { hello: { version: 1, window: 64 } }

  it('ENV-6: the sender stops at the window, and goes on as envelopes are handled', async () => {
    hold()
    const { link, credits, handled } = await dial()
    expect(link.room).to.equal(DIRECT_WINDOW)
    for (let n = 1; n <= DIRECT_WINDOW; n++) await link.deliver(queue, envelope, `tag${n}`)
    expect(link.room).to.equal(0)
    expect(await link.deliver(queue, envelope, 'one too many').then(() => 'sent', () => 'refused')).to.equal('refused')
    await arrived.reaches(DIRECT_WINDOW)
    expect(handled, 'nothing is credited before it is durable').to.deep.equal([])
    expect(link.unhandled()).to.have.length(DIRECT_WINDOW)
    release()
    await credits.reaches(DIRECT_WINDOW)
    expect(handled).to.deep.equal(Array.from({ length: DIRECT_WINDOW }, (_, i) => `tag${i + 1}`))
    expect(link.room).to.equal(DIRECT_WINDOW)
    link.close()
  })

  it('ENV-6: both ways at once, each under the other\'s credit', async () => {
    const { link, credits } = await dial()
    await arrived.reaches(0)
    const bobs = links[0]!
    const back = new Counter()
    bobs.onCredit = tags => { for (let i = 0; i < tags.length; i++) back.add() }
    await Promise.all([1, 2, 3].map(async n => { await link.deliver(queue, envelope, `a${n}`) }))
    await credits.reaches(3)
    await Promise.all([1, 2, 3].map(async n => { await bobs.deliver(queue, envelope, `b${n}`) }))
    await back.reaches(3)
    link.close()
  })

  it('ENV-6: a peer that sends beyond its window loses the stream, and no more than the window was taken', async () => {
    hold()
    await hostile(hello, ...Array.from({ length: DIRECT_WINDOW + 5 }, (_, i) => ({ deliver: { number: i + 1, queue, envelope } })))
    expect(arrived.value).to.equal(DIRECT_WINDOW)
    release()
  })

  const wrongs: Array<[string, Array<Parameters<typeof Frame.encode>[0] | Uint8Array>]> = [
    ['garbage', [hello, new Uint8Array(100).fill(0xff)]],
    ['a frame over the limit', [hello, Frame.encode({ deliver: { number: 1, queue, envelope: new Uint8Array(MAX_DIRECT_FRAME_BYTES) } })]],
    ['a number out of turn', [hello, { deliver: { number: 2, queue, envelope } }]],
    ['a number twice', [hello, { deliver: { number: 1, queue, envelope } }, { deliver: { number: 1, queue, envelope } }]],
    ['a queue that is none', [hello, { deliver: { number: 1, queue: queue.subarray(1), envelope } }]],
    ['credit for what was never sent', [hello, { credit: { handled: 1 } }]],
    ['credit for nothing', [hello, { credit: { handled: 0 } }]],
    ['an envelope before the hello', [{ deliver: { number: 1, queue, envelope } }]],
    ['a second hello', [hello, hello]]
  ]
  for (const [what, frames] of wrongs) {
    it(`ENV-6: ${what} ends the stream, and only it`, async () => {
      const good = await dial()
      await hostile(...frames)
      await good.link.deliver(queue, envelope, 'still here')
      await good.credits.reaches(1)
      good.link.close()
    })
  }

  it('ENV-6: what was not handled when the stream ended is known as lost', async () => {
    hold()
    const { link, ended } = await dial()
    await link.deliver(queue, envelope, 'tag1')
    await arrived.reaches(1)
    links[0]!.close()
    await net.peers[1]!.network.stop()
    await ended
    expect(link.unhandled()).to.deep.equal(['tag1'])
    release()
  })
})
