import { expect } from 'chai'
import { FactBook } from '../../src/devices/facts.ts'
import { DeviceShelf } from '../../src/devices/shelf.ts'
import { issueCertificate, issueCredential, issueRevocation, ROLE_LINKED } from '../../src/identity/certificate.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { createOwn } from '../../src/identity/own.ts'
import { createEntropy } from '../../src/identity/phrase.ts'
import { createRevocations } from '../../src/identity/revocations.ts'
import { ownFacts } from '../../src/own-facts.ts'
import { TestClock } from '../delivery/people.ts'
import { memoryDatabase, memoryStore } from '../store/memory-store.ts'
import type { FactSource } from '../../src/devices/facts.ts'
import type { Fact } from '@sotto/protocols/pairing'
import type { Store } from '../../src/store/index.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

/** A device that knows some values and nothing else. */
class Notes implements FactSource {
  readonly values = new Map<string, Uint8Array>()
  async collect (): Promise<Map<string, Uint8Array>> { return new Map(this.values) }
  async apply (name: string, value: Uint8Array): Promise<boolean> {
    if (name.startsWith('unknown')) return false
    if (value.byteLength === 0) this.values.delete(name)
    else this.values.set(name, value)
    return true
  }

  texts (): Record<string, string> { return Object.fromEntries([...this.values].map(([name, value]) => [name, new TextDecoder().decode(value)])) }
}

describe('what devices know in common', () => {
  const clock = new TestClock()
  let store: Store
  beforeEach(async () => { store = await memoryStore(memoryDatabase()) })

  async function all (book: FactBook, since = 0): Promise<Fact[]> {
    const facts: Fact[] = []
    for await (const portion of book.since(since)) facts.push(...portion.facts)
    return facts
  }

  async function device (): Promise<{ notes: Notes, book: FactBook }> {
    const notes = new Notes()
    return { notes, book: await FactBook.load(await memoryStore(memoryDatabase()), clock, notes) }
  }

  /** Both tell what they have, until nothing is new. */
  async function meet (a: FactBook, b: FactBook): Promise<void> {
    for (let round = 0; round < 3; round++) {
      for (const [from, to] of [[a, b], [b, a]] as const) {
        await from.refresh()
        await to.take(await all(from))
      }
    }
  }

  it('PAIR-9: the newest counts, whoever says it and in whatever order; a deletion is news too', async () => {
    const [laptop, phone] = [await device(), await device()]
    laptop.notes.values.set('contact:bob', text('Bob')).set('contact:carol', text('Carol'))
    await meet(laptop.book, phone.book)
    expect(phone.notes.texts()).to.deep.equal({ 'contact:bob': 'Bob', 'contact:carol': 'Carol' })
    clock.move(1000)
    phone.notes.values.set('contact:bob', text('Bobby'))
    await phone.book.refresh()
    clock.move(1000)
    laptop.notes.values.set('contact:bob', text('Robert'))
    laptop.notes.values.delete('contact:carol')
    await meet(phone.book, laptop.book)
    for (const { notes } of [laptop, phone]) expect(notes.texts()).to.deep.equal({ 'contact:bob': 'Robert' })
  })

  it('PAIR-9: changes at one moment end the same on both sides', async () => {
    const [laptop, phone] = [await device(), await device()]
    laptop.notes.values.set('name:', text('A'))
    phone.notes.values.set('name:', text('B'))
    await meet(laptop.book, phone.book)
    expect(laptop.notes.texts()).to.deep.equal(phone.notes.texts())
    const serial = laptop.book.serial
    await meet(laptop.book, phone.book)
    expect(laptop.book.serial, 'and nothing more is said').to.equal(serial)
  })

  it('PAIR-9: what is not understood is not kept, so that a later version learns it; all survives a restart', async () => {
    const notes = new Notes()
    const book = await FactBook.load(store, clock, notes)
    await book.take([{ name: 'unknown:1', revision: 5, value: text('x') }, { name: 'contact:bob', revision: 5, value: text('Bob') }])
    const again = await FactBook.load(store, clock, notes)
    expect((await all(again)).map(({ name }) => name)).to.deep.equal(['contact:bob'])
    expect(again.serial).to.equal(book.serial)
    expect(await again.refresh()).to.equal(false)
  })

  it('PAIR-9: no device is added or revoked by a linked one: only the identity can sign that', async () => {
    const own = await createOwn({ entropy: createEntropy(), name: 'Alice', now: clock.now(), restored: false })
    const shelf = await DeviceShelf.load(store)
    const revocations = createRevocations({ store })
    const source = ownFacts({ clock, store, own, revocations, keeper: undefined as never, mail: undefined, book: undefined as never, contacts: undefined as never, renamed: () => {} }, shelf)
    const mallory = randomSeed()
    const leaf = publicKeyOf(randomSeed())
    const forged = async (seed: Uint8Array): Promise<Uint8Array> => issueCertificate(seed, await issueCredential(seed, leaf, ROLE_LINKED), publicKeyOf(randomSeed()), 1, clock.now())
    expect(await source.apply('device:00', await forged(mallory))).to.equal(false)
    expect(await source.apply('device:00', text('junk'))).to.equal(false)
    expect(shelf.list()).to.deep.equal([])
    expect(await source.apply('revocation:00', await issueRevocation(mallory, own.device, clock.now()))).to.equal(false)
    expect(await revocations.isRevoked(own.identity, own.device)).to.equal(false)
    expect(await source.apply('device:00', await forged(own.identitySeed ?? mallory))).to.equal(true)
    expect(shelf.list()).to.have.length(1)
    for (const name of ['contact:zz', 'contact:00', 'request:', 'nonsense', 'contact:']) expect(await source.apply(name, text('junk')), name).to.equal(false)
  })
})
