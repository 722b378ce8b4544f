import { PAIRING_PROTOCOL, PairingFrame, decodeDeviceFrame, decodePairingFrame } from '@sotto/protocols/pairing'
import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_PAIRINGS, MAX_PAIRING_MS, MAX_PAIRING_STREAMS, PAIRING_MS, PAIRING_STEP_MS } from '../../src/config.ts'
import { formatCode, formatFragment, parseCode } from '../../src/devices/code.ts'
import { pairingId, pairingKeys } from '../../src/devices/handshake.ts'
import { STRANGER_MS } from '../../src/devices/waiting-room.ts'
import { parseLink } from '../../src/identity/link.ts'
import { ROLE_LINKED } from '../../src/identity/certificate.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { UnreachableError } from '../../src/errors.ts'
import { newcomer, primary } from './people.ts'
import type { FrameStream } from '../../src/network/index.ts'
import type { Newcomer, Primary } from './people.ts'

const codeOf = async (work: Promise<unknown>): Promise<string> => work.then(() => 'nothing', (error: unknown) => (error as { code: string }).code)

describe('a new device of alice', function () {
  this.timeout(120_000)
  let alice: Primary
  let phone: Newcomer
  const others: Newcomer[] = []

  beforeEach(async () => {
    alice = await primary()
    phone = await newcomer(alice.clock)
  })
  afterEach(async () => {
    await Promise.all([alice, phone, ...others.splice(0)].map(async one => one.stop()))
  })

  async function another (): Promise<Newcomer> {
    const one = await newcomer(alice.clock)
    others.push(one)
    return one
  }

  /** Says `frames` to alice, and hears what she answers until she ends the stream. */
  async function talk (from: Newcomer, frames: Array<Partial<PairingFrame>>): Promise<PairingFrame[]> {
    const stream = await from.network.open({ peerId: alice.network.peerId, addresses: alice.network.addresses() }, PAIRING_PROTOCOL)
    for (const frame of frames) await stream.send(PairingFrame.encode(frame))
    const heard: PairingFrame[] = []
    for await (const bytes of stream.frames()) {
      const frame = decodePairingFrame(bytes)
      if (frame !== undefined) heard.push(frame)
      if (frame?.refused !== undefined) await stream.close()
    }
    return heard
  }

  const proof = new Uint8Array(32).fill(7)

  it('PAIR-1: a code says whose device it makes, where to ask, and survives mail programs; a link is none', () => {
    const code = { identity: alice.own.identity, secret: new Uint8Array(32).fill(5), addresses: ['/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWGzbg8LkG8MyKkTVgMWAQJPbFyTcYhULsJuYUWSxZTxAr'] }
    expect(parseCode(formatCode(code))).to.deep.equal(code)
    expect(parseCode(`http://a.localhost:1/#${formatFragment(code)}`)).to.deep.equal(code)
    expect(parseCode(formatCode(code).replace(/(.{20})/g, '$1\n  '))).to.deep.equal(code)
    expect(() => parseLink(formatCode(code))).to.throw().with.property('code', 'BAD_LINK')
    for (const text of ['', 'sotto:pair:', 'sotto:abc', `${formatCode(code)}A`, formatCode(code).slice(0, -1), formatCode({ ...code, addresses: [] }), formatCode({ ...code, secret: proof.subarray(1) }), 'x'.repeat(10_000)]) {
      expect(() => parseCode(text), text).to.throw().with.property('code', 'BAD_PAIRING_CODE')
    }
  })

  it('PAIR-1: a changed character is noticed', () => {
    const text = formatCode({ identity: alice.own.identity, secret: proof, addresses: [`/memory/x/p2p/${alice.network.peerId}`] })
    fc.assert(fc.property(fc.integer({ min: 11, max: text.length - 1 }), fc.constantFrom(...'ABCDEFGHabcdefgh0123'), (at, character) => {
      fc.pre(text[at] !== character)
      expect(() => parseCode(text.slice(0, at) + character + text.slice(at + 1))).to.throw()
    }))
  })

  it('PAIR-5, PAIR-6: comes with a code, gets a certificate for the keys that it drew itself, and never the key of the identity', async () => {
    const pairing = alice.host.invite()
    const { own, primary } = await phone.join(pairing.code)
    const known = await pairing.device
    expect(own.identity).to.deep.equal(alice.own.identity)
    expect(own.identitySeed).to.equal(undefined)
    expect(own.recoveryHash).to.deep.equal(alice.own.recoveryHash)
    expect(own.name).to.equal('Alice')
    expect(known.verified.credential).to.deep.include({ role: ROLE_LINKED, leafKey: publicKeyOf(own.leafSeed), device: own.device })
    expect(known.peerId).to.equal(phone.network.peerId)
    expect(known.linkKey).to.deep.equal(primary.linkKey)
    expect(primary.verified.credential.device).to.deep.equal(alice.own.device)
    expect(alice.paired.map(({ id }) => id)).to.deep.equal([known.id])
    expect(alice.shelf.list()).to.have.length(1)
  })

  it('PAIR-4: a code makes one device: who comes later with it, or at the same moment, is refused', async () => {
    const pairing = alice.host.invite()
    const rivals = [phone, await another(), await another()]
    const came = await Promise.all(rivals.map(async one => codeOf(one.join(pairing.code))))
    expect(came.sort()).to.deep.equal(['PAIRING_REFUSED', 'PAIRING_REFUSED', 'nothing'])
    expect(await codeOf((await another()).join(pairing.code))).to.equal('PAIRING_REFUSED')
    expect(alice.shelf.list()).to.have.length(1)
  })

  it('PAIR-4: a code is good for its time, which is never longer than an hour, and can be taken back', async () => {
    const pairing = alice.host.invite()
    expect(pairing.expires).to.equal(alice.clock.now() + PAIRING_MS)
    expect(alice.host.invite(10 * MAX_PAIRING_MS).expires).to.equal(alice.clock.now() + MAX_PAIRING_MS)
    alice.clock.move(PAIRING_MS + 1)
    expect(await codeOf(phone.join(pairing.code))).to.equal('PAIRING_REFUSED')
    expect(await codeOf(pairing.device)).to.equal('PAIRING_REFUSED')
    const back = alice.host.invite()
    back.end()
    expect(await codeOf(phone.join(back.code))).to.equal('PAIRING_REFUSED')
    expect(alice.shelf.list()).to.deep.equal([])
  })

  it('PAIR-3: who does not know the secret gets nothing certified, however it answers', async () => {
    const pairing = alice.host.invite()
    const code = parseCode(pairing.code)
    expect(await codeOf(phone.join(formatCode({ ...code, secret: randomSeed() })))).to.equal('PAIRING_REFUSED')
    const id = pairingId(code.secret)
    const guesses: Array<Array<Partial<PairingFrame>>> = [
      [{ hello: { id, nonce: proof } }, { ask: { proof, sealed: proof } }],
      [{ hello: { id, nonce: proof } }, { hello: { id, nonce: proof } }],
      [{ ask: { proof, sealed: proof } }],
      [{ done: {} }],
      [{ hello: { id, nonce: proof } }, { grant: { sealed: proof } }]
    ]
    for (const frames of guesses) {
      const answers = await talk(phone, frames)
      expect(answers.some(({ grant }) => grant !== undefined)).to.equal(false)
      expect(answers.at(-1)?.refused?.code).to.equal('BROKEN')
    }
    expect(alice.shelf.list()).to.deep.equal([])
    await phone.join(pairing.code) // and the code is still good
  })

  it('PAIR-3: what was said in one pairing proves nothing in another: not by another device, and not to another', async () => {
    const secret = randomSeed()
    const parties = { guest: phone.network.peerId, host: alice.network.peerId, guestNonce: proof, hostNonce: proof }
    const keys = pairingKeys(secret, parties)
    for (const change of [{ guest: 'mallory' }, { host: 'mallory' }, { guestNonce: new Uint8Array(32) }, { hostNonce: new Uint8Array(32) }]) {
      const other = pairingKeys(secret, { ...parties, ...change })
      for (const key of ['hostProof', 'guestProof', 'askKey', 'grantKey', 'linkKey'] as const) expect(other[key]).not.to.deep.equal(keys[key])
    }
    const all = [keys.hostProof, keys.guestProof, keys.askKey, keys.grantKey, keys.linkKey, pairingId(secret)].map(String)
    expect(new Set(all).size).to.equal(all.length)
  })

  it('PAIR-3: a new device tells nothing to one that answers at the right address without the secret', async () => {
    const code = parseCode(alice.host.invite().code)
    const liar = await another()
    const asked: PairingFrame[] = []
    await liar.network.handle(PAIRING_PROTOCOL, async stream => {
      for await (const bytes of stream.frames()) {
        const frame = decodePairingFrame(bytes)
        if (frame !== undefined) asked.push(frame)
        if (frame?.hello !== undefined) await stream.send(PairingFrame.encode({ challenge: { nonce: proof, proof } }))
      }
    }, { maxStreams: 1, maxStreamsPerPeer: 1 })
    const led = formatCode({ ...code, addresses: liar.network.addresses() })
    expect(await codeOf(phone.join(led))).to.equal('BAD_SIGNATURE')
    expect(asked.map(frame => Object.keys(frame))).to.deep.equal([['hello']])
  })

  it('PAIR-7: a flood of streams without a secret costs no signature, ends by itself, and the one with it comes through', async () => {
    const pairing = alice.host.invite()
    const crowd = await Promise.all(Array.from({ length: 4 }, async () => another()))
    const silent = await Promise.all(crowd.map(async one => one.network.open({ peerId: alice.network.peerId, addresses: alice.network.addresses() }, PAIRING_PROTOCOL)))
    for (let round = 0; round < 20; round++) {
      const [answer] = await talk(crowd[0] as Newcomer, [{ hello: { id: randomSeed().subarray(0, 16), nonce: proof } }]).catch(() => [])
      expect(answer?.refused?.code ?? 'UNKNOWN').to.equal('UNKNOWN')
    }
    await phone.join(pairing.code)
    alice.clock.move(PAIRING_STEP_MS + 1)
    await Promise.all(silent.map(async stream => { for await (const frame of stream.frames()) expect(frame).to.equal(undefined) }))
    expect(MAX_PAIRING_STREAMS).to.be.above(crowd.length)
    expect(alice.shelf.list()).to.have.length(1)
  })

  const knock = async (from: Newcomer): Promise<FrameStream> => from.network.open({ peerId: alice.network.peerId, addresses: alice.network.addresses() }, PAIRING_PROTOCOL)

  it('PAIR-15: strangers that take every place and are silent keep nobody out: the one that waited longest makes room', async () => {
    const pairing = alice.host.invite()
    const crowd: FrameStream[] = []
    for (let i = 0; i < MAX_PAIRING_STREAMS; i++) {
      crowd.push(await knock(await another()))
    }
    await phone.join(pairing.code)
    expect(alice.shelf.list()).to.have.length(1)
    for (const stream of crowd) stream.abort(new UnreachableError('UNREACHABLE', 'gone'))
  })

  it('PAIR-15: who shows nothing waits for seconds, and who named a code may be slow', async () => {
    const code = parseCode(alice.host.invite().code)
    const silent = await knock(await another())
    const slow = await knock(phone)
    await slow.send(PairingFrame.encode({ hello: { id: pairingId(code.secret), nonce: proof } }))
    const frames = slow.frames()[Symbol.asyncIterator]()
    const { value } = await frames.next()
    expect(decodePairingFrame(value as Uint8Array)?.challenge).not.to.equal(undefined)
    alice.clock.move(STRANGER_MS + 1)
    for await (const frame of silent.frames()) expect(frame).to.equal(undefined)
    await slow.send(PairingFrame.encode({ ask: { proof, sealed: proof } }))
    const answer = await frames.next()
    expect(decodePairingFrame(answer.value as Uint8Array)?.refused?.code).to.equal('BROKEN')
  })

  it('PAIR-15: while no code is open a stream is refused before it says anything', async () => {
    const stream = await knock(phone)
    const heard: Array<string | undefined> = []
    for await (const bytes of stream.frames()) heard.push(decodePairingFrame(bytes)?.refused?.code)
    expect(heard).to.deep.equal(['UNKNOWN'])
  })

  it('PAIR-7: only so many codes are open at a time', async () => {
    for (let i = 0; i < MAX_PAIRINGS; i++) alice.host.invite()
    expect(() => alice.host.invite()).to.throw().with.property('code', 'LIMIT_EXCEEDED')
  })

  it('PAIR-6: cannot make further devices: a code needs the key of the identity', async () => {
    const { own } = await phone.join(alice.host.invite().code)
    alice.own.identitySeed = undefined
    expect(() => alice.host.invite()).to.throw().with.property('code', 'NOT_PRIMARY')
    expect(own.identitySeed).to.equal(undefined)
  })

  it('PAIR-2: no bytes make decoding throw, and what is out of bounds is no frame', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), junk => {
      decodePairingFrame(junk)
      decodeDeviceFrame(junk)
    }))
    expect(decodePairingFrame(PairingFrame.encode({ hello: { id: proof, nonce: proof } }))).to.equal(undefined)
    expect(decodePairingFrame(PairingFrame.encode({ challenge: { nonce: proof, proof: proof.subarray(1) } }))).to.equal(undefined)
    expect(decodePairingFrame(new Uint8Array(17 * 1024))).to.equal(undefined)
  })
})
