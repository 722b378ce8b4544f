import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex } from '@noble/hashes/utils.js'
import { decodeSignal, Reason, Signal } from '@sotto/protocols/call'
import { expect } from 'chai'
import { systemClock } from '../../src/clock.ts'
import { Calls } from '../../src/calls/index.ts'
import { createMedia } from '../../src/platform/node-media.ts'
import { hasTurn, openTurn, TURN_HOST } from '../../../../test/support/turn.ts'
import { heardIn, NEAR_HZ, writeTone } from '../../../../test/support/tone.ts'
import { testLogger } from '../../../../test/support/testnet.ts'
import type { CallView, IdentityId } from '../../src/api.ts'
import type { CallsComponents } from '../../src/calls/index.ts'
import type { MediaMaker } from '../../src/platform/media.ts'
import type { TurnServer } from '../../../../test/support/turn.ts'

interface Side { calls: Calls, said: Signal[], shown: CallView[], written: number, is: (what: (call: CallView) => boolean) => Promise<CallView> }

const AUDIO = { audio: true, video: false, screen: false }
const SILENT = { audio: 'none' }

/** What becomes of a signal on its way; undefined: it is lost. */
type Road = (bytes: Uint8Array) => Uint8Array | undefined

/** Two people with real media engines; what one says the other hears at once, and all of it can be read. */
function pair (init: Partial<CallsComponents>, road: Road = bytes => bytes): [Side, Side] {
  const identities = [1, 2].map(n => new Uint8Array(32).fill(n)) as [Uint8Array, Uint8Array]
  const sides: Side[] = identities.map((identity, at) => {
    const own = { identity, device: new Uint8Array(16).fill(at + 1) } as CallsComponents['own']
    const other = (): Side => sides[1 - at]!
    const waits = new Set<() => void>()
    const channel = {
      signal: (bytes: Uint8Array) => {
        side.said.push(decodeSignal(bytes)!)
        const arrived = road(bytes)
        if (arrived !== undefined) other().calls.heard(identity, identity, own.device, arrived)
      },
      signals: { settled: async () => {} },
      room: async () => {},
      append: () => { side.written++; return { durable: Promise.resolve() } }
    } as unknown as Awaited<ReturnType<CallsComponents['channel']>>
    const side: Side = {
      said: [],
      shown: [],
      written: 0,
      is: async what => {
        for (;;) {
          const found = side.calls.list().findLast(what)
          if (found !== undefined) return found
          await new Promise<void>(resolve => waits.add(resolve))
        }
      },
      calls: new Calls({
        own,
        clock: systemClock,
        logger: testLogger(),
        callee: async () => identities[1 - at]!,
        accepts: () => true,
        channel: async () => channel,
        formatId: identity => bytesToHex(identity) as IdentityId,
        nameOf: () => 'somebody',
        publish: call => {
          side.shown.push(call)
          for (const wake of waits) wake()
          waits.clear()
        },
        loopbackOnly: true,
        iceServers: async () => [],
        hides: () => false,
        ...init
      })
    }
    return side
  })
  return sides as [Side, Side]
}

describe('calls with the engine of Node', function () {
  this.timeout(120_000)
  let directory: string
  let turn: TurnServer | undefined
  const sides: Side[] = []

  before(async function () {
    directory = await mkdtemp(join(tmpdir(), 'sotto-calls-'))
    await writeTone(join(directory, '440.wav'), 440, 2)
  })
  after(async () => {
    await turn?.close()
    await rm(directory, { recursive: true })
    const { default: native } = await import('node-datachannel')
    native.cleanup()
  })
  afterEach(async () => { await Promise.all(sides.splice(0).map(async side => side.calls.stop())) })

  async function talk (alice: Side, bob: Side): Promise<{ connected: CallView, heard: Awaited<ReturnType<typeof heardIn>> }> {
    sides.push(alice, bob)
    const { id } = await alice.calls.start('bob', { audio: join(directory, '440.wav'), untilPlayed: true })
    await bob.calls.answer((await bob.is(call => call.phase === 'ringing')).id, { audio: 'none', record: join(directory, 'heard.wav') })
    const connected = await alice.is(call => call.stats !== undefined)
    await Promise.all([alice, bob].map(async side => side.is(call => call.id === id && call.phase === 'ended')))
    await bob.calls.stop()
    return { connected, heard: await heardIn(join(directory, 'heard.wav')) }
  }

  it('CALL-8: with a TURN server and addresses hidden, no address of either side is in anything that is said', async function () {
    if (!hasTurn()) {
      console.error('    There is no turnserver here (Debian: coturn): calls through TURN are not tested.')
      this.skip()
    }
    turn = await openTurn()
    const server = turn
    const [alice, bob] = pair({ iceServers: async () => [server], hides: () => true })
    const { connected, heard } = await talk(alice, bob)
    expect(connected.stats).to.include({ local: 'relay', remote: 'relay' })
    expect(heard.hz).to.be.closeTo(440, NEAR_HZ)
    const said = [...alice.said, ...bob.said]
    const candidates = said.flatMap(signal => signal.candidates?.candidates.map(({ candidate }) => candidate) ?? [])
    expect(candidates).to.have.length.above(1)
    for (const candidate of candidates) expect(candidate).to.contain(' typ relay').and.contain(TURN_HOST)
    // `o=` names the machine that made a description: engines write 127.0.0.1, wherever they are (RFC 8829 §5.2.1)
    const words = said.map(signal => JSON.stringify(signal, (_, value: unknown) => value instanceof Uint8Array ? '' : value).replaceAll(/o=\S+ \d+ \d+ IN IP4 127\.0\.0\.1/g, ''))
    const addresses = words.flatMap(text => text.match(/\b\d{1,3}(\.\d{1,3}){3}\b|[\da-f]{0,4}(:[\da-f]{0,4}){3,7}(?=[\s"])|\S+\.local/g) ?? [])
    expect([...new Set(addresses)].sort()).to.deep.equal(['0.0.0.0', TURN_HOST])
  })

  it('CALL-8: without one, whoever hides says no address, and the call finds no way', async () => {
    const [alice, bob] = pair({ hides: () => true })
    sides.push(alice, bob)
    await alice.calls.start('bob', { audio: 'none' })
    await bob.calls.answer((await bob.is(call => call.phase === 'ringing')).id, { audio: 'none' })
    await alice.is(call => call.phase === 'connecting')
    await alice.calls.stop()
    expect([...alice.said, ...bob.said].filter(signal => signal.candidates !== undefined)).to.deep.equal([])
  })

  it('CALL-9: nothing carries their words any more: the sound goes on, and who hangs up is missed within seconds', async () => {
    await writeTone(join(directory, 'long.wav'), 440, 60)
    let gone = false
    const [alice, bob] = pair({}, bytes => gone ? undefined : bytes)
    sides.push(alice, bob)
    const { id } = await alice.calls.start('bob', { audio: join(directory, 'long.wav') })
    await bob.calls.answer((await bob.is(call => call.phase === 'ringing')).id, { audio: 'none', record: join(directory, 'gone.wav') })
    const before = await Promise.all([alice, bob].map(async side => (await side.is(call => call.stats !== undefined)).stats?.packets ?? 0))
    gone = true
    await Promise.all([alice, bob].map(async (side, at) => side.is(call => call.phase === 'active' && (call.stats?.packets ?? 0) > (before[at] ?? 0) + 100)))
    await alice.calls.hangUp(id)
    expect(await bob.is(call => call.phase === 'ended')).to.include({ end: 'lost' })
    expect(bob.shown.some(({ phase }) => phase === 'interrupted')).to.equal(true)
    await bob.calls.stop()
    const { hz, level } = await heardIn(join(directory, 'gone.wav'), 3)
    expect(hz).to.be.closeTo(440, NEAR_HZ)
    expect(level, 'of 9000').to.be.above(7000)
  })

  it('CALL-2: whoever proves themselves by another key than was said is not heard', async () => {
    const [alice, bob] = pair({}, bytes => {
      const signal = decodeSignal(bytes)
      if (signal?.accept === undefined) return bytes
      const sdp = signal.accept.sdp.replace(/^(a=fingerprint:sha-256 )(..)/m, (_, name: string, first: string) => name + (first === 'AB' ? 'CD' : 'AB'))
      return Signal.encode({ ...signal, accept: { ...signal.accept, sdp } })
    })
    sides.push(alice, bob)
    await alice.calls.start('bob', { audio: 'none' })
    await bob.calls.answer((await bob.is(call => call.phase === 'ringing')).id, { audio: 'none' })
    expect(await alice.is(call => call.phase === 'ended')).to.include({ end: 'failed' })
    expect(alice.shown.some(({ phase }) => phase === 'active')).to.equal(false)
  })

  it('CALL-18, CALL-20: whom alice was about to invite when their invitation came is awaited no more: the call ends with its last pair', async () => {
    const carol = new Uint8Array(32).fill(3)
    const hers = { ...SILENT, tracks: AUDIO, hidden: false, loopbackOnly: true, iceServers: [], onCandidate: () => {}, onFlow: () => {}, onPlayed: () => {} }
    const offering = await createMedia(hers)
    const asked = Promise.withResolvers<undefined>()
    const createSlow: MediaMaker = async init => {
      const media = await createMedia(init)
      // an engine that is closed before it made its offer says nothing more, in Node as in a page
      if (init.who === bytesToHex(carol)) media.offer = async () => { asked.resolve(undefined); return new Promise(() => {}) }
      return media
    }
    const [alice, bob] = pair({ callee: async who => new Uint8Array(32).fill(who === 'carol' ? 3 : 2), createMedia: createSlow })
    sides.push(alice, bob)
    try {
      const starting = alice.calls.start(['bob', 'carol'], SILENT)
      await asked.promise
      const { id } = alice.calls.list()[0]!
      const [invite] = alice.said.filter(signal => signal.invite !== undefined)
      await bob.calls.answer((await bob.is(call => call.phase === 'ringing')).id, SILENT)
      const device = new Uint8Array(16).fill(9)
      const says = (number: number, step: Partial<Signal>): void => { alice.calls.heard(carol, carol, device, Signal.encode({ call: invite!.call, number, to: new Uint8Array(), ...step })) }
      says(1, { invite: { ...invite!.invite!, sdp: await offering.offer(), others: [new Uint8Array(32).fill(2)], joining: true } })
      await starting
      says(2, { end: { reason: Reason.HUNG_UP } })
      await alice.is(call => call.phase === 'active')
      await bob.calls.hangUp(id)
      expect(await alice.is(call => call.phase !== 'active')).to.include({ phase: 'ended', end: 'hung up' })
    } finally {
      await offering.close()
    }
  })

  it('who is asked for a camera, and meanwhile unmutes or changes their mind, is shown as they are heard and seen', async () => {
    const given: Array<PromiseWithResolvers<boolean>> = []
    const [alice] = pair({
      createMedia: async init => {
        const media = await createMedia(init)
        const send = media.send.bind(media)
        media.send = async tracks => {
          await send(tracks)
          if (!tracks.video || given.length > 0) return false
          given.push(Promise.withResolvers<boolean>()) // the browser asks the person
          return await given[0]!.promise
        }
        return media
      }
    })
    sides.push(alice)
    const { id } = await alice.calls.start('bob', SILENT)
    await alice.calls.send(id, { audio: false })
    const shown = alice.calls.send(id, { video: true })
    expect((await alice.calls.send(id, { audio: true })).tracks, 'she need not wait').to.deep.equal({ audio: true, video: false, screen: false })
    await alice.calls.send(id, { video: false })
    given[0]?.resolve(false)
    expect((await shown).tracks).to.deep.equal({ audio: true, video: false, screen: false })
  })

  it('CALL-3, CALL-4: of a thousand invitations at once hardly one rings, and nothing is opened; what is over does not ring again', async () => {
    const [alice, bob] = pair({})
    sides.push(alice, bob)
    await alice.calls.start('bob', { audio: 'none' })
    const [invite] = alice.said
    const ringing = await bob.is(call => call.phase === 'ringing')
    await bob.calls.hangUp(ringing.id)
    await alice.is(call => call.phase === 'ended')
    const [from, device] = [new Uint8Array(32).fill(1), new Uint8Array(16).fill(1)]
    const before = bob.said.length
    for (const signal of alice.said) bob.calls.heard(from, from, device, Signal.encode(signal))
    expect(bob.calls.list().filter(({ phase }) => phase !== 'ended'), 'replayed').to.deep.equal([])
    for (let n = 0; n < 1000; n++) {
      const call = new Uint8Array(16)
      new DataView(call.buffer).setUint16(2, n)
      if (invite !== undefined) bob.calls.heard(from, from, device, Signal.encode({ ...invite, call }))
    }
    expect(bob.calls.list().filter(({ phase }) => phase !== 'ended').length).to.be.within(1, 2)
    expect(bob.said.length - before, 'words of bob about them').to.be.below(4)
    expect(bob.shown.length).to.be.below(8)
    expect(bob.written).to.equal(0)
  })
})
