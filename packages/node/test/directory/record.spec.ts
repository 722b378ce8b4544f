import { expect } from 'chai'
import { MAX_IPNS_BYTES, routingKey } from '@sotto/protocols/directory'
import { concat } from 'uint8arrays/concat'
import { openIpns, signIpns } from '../../src/directory/ipns.ts'
import { compareEntries, issueDirectoryRecord, openDirectoryRecord, stalenessOf } from '../../src/directory/record.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { MAX_RECORD_BYTES } from '@sotto/protocols/introduction'
import { issueMove } from '../../src/identity/move.ts'
import { DAY, inboxOf, mover, recordOf } from './house.ts'

const NOW = Date.UTC(2026, 0, 1)
const alice = randomSeed()
const mallory = randomSeed()
const key = routingKey(publicKeyOf(alice))

describe('a directory record', () => {
  it('DIR-2: is taken whole, and refused with any byte changed', async () => {
    const bytes = await recordOf(alice, NOW)
    expect(await openDirectoryRecord(key, bytes, NOW)).to.be.an('object')
    for (let at = 0; at < bytes.byteLength; at += 37) {
      const bent = Uint8Array.from(bytes)
      bent[at] = (bent[at] ?? 0) ^ 1
      expect(await openDirectoryRecord(key, bent, NOW), `byte ${at}`).to.be.a('string')
    }
    expect(await openDirectoryRecord(key, concat([bytes, Uint8Array.of(0x78, 0x01)]), NOW)).to.be.a('string')
  })

  it('DIR-2: fits the format at its largest', async () => {
    const now = NOW
    const inbox = (await inboxOf({ identitySeed: alice, sequence: 1, now })).record
    const hashes = (count: number): Uint8Array[] => Array.from({ length: count }, () => randomSeed())
    const large = await issueDirectoryRecord({ identitySeed: alice, sequence: 1, now, inbox, certificates: hashes(50), revocations: hashes(50), lost: true })
    // the largest inbox adds this much
    expect(large.byteLength + Math.ceil((MAX_RECORD_BYTES - inbox.byteLength) * 4 / 3)).to.be.lessThan(MAX_IPNS_BYTES)
    expect(await openDirectoryRecord(key, large, now)).to.be.an('object')
  })

  it('DIR-1, DIR-3: of mallory is none of alice, however it is signed', async () => {
    expect(await openDirectoryRecord(key, await recordOf(mallory, NOW), NOW)).to.be.a('string')
    const stolen = await inboxOf({ identitySeed: mallory, sequence: 1, now: NOW })
    const bent = await issueDirectoryRecord({ identitySeed: alice, sequence: 1, now: NOW, inbox: stolen.record, certificates: [], revocations: [], lost: false })
    expect(await openDirectoryRecord(key, bent, NOW)).to.equal('its inbox is not of this identity')
    expect(await openDirectoryRecord(routingKey(publicKeyOf(mallory)).slice(1), await recordOf(alice, NOW), NOW)).to.be.a('string')
  })

  it('DIR-1: another IPNS record of the same key is no directory record', async () => {
    const other = await signIpns(alice, { value: '/ipfs/bafkqaaa', sequence: 1, expires: NOW + DAY })
    expect(await openIpns(publicKeyOf(alice), other)).to.include({ value: '/ipfs/bafkqaaa', sequence: 1, expires: NOW + DAY })
    expect(await openDirectoryRecord(key, other, NOW)).to.equal('not a directory record')
  })

  it('DIR-15: good for longer than a month is refused', async () => {
    const bytes = await recordOf(alice, NOW + 3 * DAY)
    expect(await openDirectoryRecord(key, bytes, NOW)).to.equal('good for too long')
    expect(await openDirectoryRecord(key, bytes, NOW + 2 * DAY)).to.be.an('object')
  })

  it('DIR-6: of two with one sequence, all choose the same', async () => {
    const open = async (bytes: Uint8Array): Promise<Exclude<Awaited<ReturnType<typeof openDirectoryRecord>>, string>> => {
      const entry = await openDirectoryRecord(key, bytes, NOW)
      if (typeof entry === 'string') throw new Error(entry)
      return entry
    }
    const [a, b, later, newer] = await Promise.all([recordOf(alice, NOW, 5), recordOf(alice, NOW, 5, { lost: true }), recordOf(alice, NOW + 1, 5), recordOf(alice, NOW - DAY, 6)].map(async bytes => open(await bytes)))
    if (a === undefined || b === undefined || later === undefined || newer === undefined) throw new Error('four were made')
    expect(compareEntries(a, b)).to.equal(-compareEntries(b, a)).and.not.equal(0)
    expect(compareEntries(later, a)).to.be.greaterThan(0)
    expect(compareEntries(later, b)).to.be.greaterThan(0)
    expect(compareEntries(newer, later)).to.be.greaterThan(0)
  })

  it('DIR-10: is stale when expired, when nobody has it, when signed long ago', () => {
    const entry = { time: NOW, expires: NOW + 30 * DAY }
    expect(stalenessOf(entry, 3, NOW + DAY)).to.equal(undefined)
    expect(stalenessOf(entry, 0, NOW + DAY)).to.equal('unconfirmed')
    expect(stalenessOf(entry, 3, NOW + 4 * DAY)).to.equal('old')
    expect(stalenessOf(entry, 3, NOW + 30 * DAY)).to.equal('expired')
  })

  it('DIR-17: carries a move of its own identity by its own recovery key, or is refused', async () => {
    const { identitySeed, identity, recoveryHash, moveTo } = await mover(NOW)
    const at = routingKey(identity)
    const successor = randomSeed()
    const move = await moveTo(successor)
    const entry = await openDirectoryRecord(at, await recordOf(identitySeed, NOW, 1, { recoveryHash, move }), NOW)
    if (typeof entry === 'string') throw new Error(entry)
    expect(entry.move).to.deep.include({ identity, successor: publicKeyOf(successor), recoveryHash, time: NOW })
    // the thief has the identity's key and no recovery key: one of his own is not the one that the inbox names
    const thief = await mover(NOW)
    const forged = await issueMove({ identity, recoverySeed: randomSeed(), successorSeed: thief.identitySeed, now: NOW })
    for (const bad of [forged, await thief.moveTo(successor), move.slice(0, -1), Uint8Array.of(...move, 0)]) {
      expect(await openDirectoryRecord(at, await recordOf(identitySeed, NOW, 1, { recoveryHash, move: bad }), NOW)).to.be.a('string')
    }
  })

  it('DIR-18: with a move it stands above every sequence without one', async () => {
    const { identitySeed, identity, recoveryHash, moveTo } = await mover(NOW)
    const open = async (bytes: Uint8Array): Promise<Exclude<Awaited<ReturnType<typeof openDirectoryRecord>>, string>> => {
      const entry = await openDirectoryRecord(routingKey(identity), bytes, NOW)
      if (typeof entry === 'string') throw new Error(entry)
      return entry
    }
    const moved = await open(await recordOf(identitySeed, NOW, 1, { recoveryHash, move: await moveTo(randomSeed()) }))
    const later = await open(await recordOf(identitySeed, NOW, 2 ** 32, { recoveryHash }))
    expect(compareEntries(moved, later)).to.be.greaterThan(0)
    expect(compareEntries(later, moved)).to.be.lessThan(0)
  })
})
