import { expect } from 'chai'
import { createSession, joinSession } from '../../src/session/create-session.ts'
import { CLASSICAL_SUITE, SESSION_SUITE } from '../../src/session/provider.ts'
import { dice } from './dice.ts'
import { deliver, device, group, hexOf, keyPackage, packed, person, read, START, text } from './people.ts'
import type { Session } from '../../src/session/index.ts'

function * mutations (bytes: Uint8Array, count: number, seed: number): Generator<Uint8Array> {
  const roll = dice(seed)
  for (let i = 0; i < count; i++) {
    if (i % 4 === 0) yield bytes.slice(0, roll(bytes.length))
    else if (i % 4 === 1) yield crypto.getRandomValues(new Uint8Array(roll(bytes.length + 50)))
    else if (i % 4 === 2) yield Uint8Array.of(...bytes.subarray(0, roll(bytes.length)), ...crypto.getRandomValues(new Uint8Array(20)))
    else yield bytes.with(roll(bytes.length), bytes[0]! ^ (1 << roll(8)) ^ roll(255))
  }
}

describe('hostile bytes', () => {
  for (const suite of [CLASSICAL_SUITE, SESSION_SUITE] as const) {
    it(`SES-21: cut, flipped and random messages never throw and change nothing (${suite})`, async function () {
      this.timeout(120_000)
      const of = await group([await device(person()), await device(person())], suite)
      const [a, b] = of.sessions as [Session, Session]
      const before = hexOf(packed(a))
      for (const sealed of [await b.seal(text('a message')), await b.update()]) {
        for (const bad of mutations(sealed.message, 200, 5)) {
          if (hexOf(bad) === hexOf(sealed.message)) continue
          expect((await a.open(bad, sealed.branch)).kind).to.be.oneOf(['rejected', 'lost', 'held'])
        }
        for (const branch of mutations(sealed.branch, 20, 6)) {
          if (hexOf(branch) === hexOf(sealed.branch)) continue // a flip may fall on the byte that was there
          expect((await a.open(sealed.message, branch)).kind).to.be.oneOf(['rejected', 'lost', 'held'])
        }
      }
      expect(hexOf(packed(a))).to.equal(before)
    })
  }

  it('SES-21: a changed Welcome or KeyPackage is a PeerError or an IntegrityError', async function () {
    this.timeout(120_000)
    const [alice, bob] = [person(), person()]
    const [own, other] = [await device(alice), await device(bob)]
    const pair = await keyPackage(other)
    const create = (bytes: Uint8Array): ReturnType<typeof createSession> => createSession({ own, groupId: new Uint8Array(32), keyPackages: [bytes], identities: [alice.id, bob.id], now: START }, CLASSICAL_SUITE)
    const { session, welcome } = await create(pair.publicPackage)
    const join = (bytes: Uint8Array): ReturnType<typeof joinSession> => joinSession({ own: other, welcome: bytes, keyPackages: [pair], identities: [alice.id, bob.id], now: START }, CLASSICAL_SUITE)
    for (const [good, use] of [[pair.publicPackage, create], [welcome!, join]] as const) {
      for (const bad of mutations(good, 300, 8)) {
        if (hexOf(bad) === hexOf(good)) continue
        let error: unknown
        await use(bad).catch((reason: unknown) => { error = reason })
        expect((error as Error | undefined)?.name, String((error as Error | undefined)?.stack)).to.be.oneOf(['PeerError', 'IntegrityError'])
      }
    }
    const joined = await join(welcome!)
    expect(hexOf(joined.used.publicPackage)).to.equal(hexOf(pair.publicPackage))
    expect(read(await deliver(await joined.session.seal(text('hi')), session))).to.equal('hi')
  })

  it('SES-21: a Welcome for somebody else is refused before any key is tried', async () => {
    const of = await group([await device(person()), await device(person())])
    const stranger = await device(person())
    let error: unknown
    await joinSession({ own: stranger, welcome: of.welcome, keyPackages: [await keyPackage(stranger)], identities: of.identities, now: START }, CLASSICAL_SUITE).catch((reason: unknown) => { error = reason })
    expect(error).to.include({ name: 'PeerError', code: 'PROTOCOL_VIOLATION' })
  })
})
