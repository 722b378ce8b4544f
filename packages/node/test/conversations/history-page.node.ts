import { expect } from 'chai'
import { createNode, initProfile } from '../../src/index.ts'
import { temporaryDirectory } from '../../../../test/support/testnet.ts'
import type { MessageId, MessageView, SottoNode } from '../../src/index.ts'

describe('the history of a conversation, page by page', () => {
  let alice: SottoNode
  let remove: () => Promise<void>

  before(async () => {
    const directory = await temporaryDirectory()
    remove = directory.remove
    await initProfile({ profile: directory.path, name: 'alice' })
    alice = await createNode({ profile: directory.path, network: 'local', listen: [], bootstrap: [], mailbox: 'off' })
    for (let note = 1; note <= 25; note++) await alice.conversations.send(alice.id, { text: `note ${note}` })
  })

  after(async () => {
    await alice.stop()
    await remove()
  })

  it('begins at the newest and goes on before the oldest that is there, each message once', async () => {
    const pages: string[][] = []
    for (let before: MessageId | undefined; ;) {
      const page = await alice.conversations.history(alice.id, { limit: 10, ...(before === undefined ? {} : { before }) })
      if (page.length === 0) break
      pages.push(page.map(view => view.text))
      before = page[0]!.id
    }
    expect(pages.map(page => page.length)).to.deep.equal([10, 10, 5])
    expect(pages.reverse().flat()).to.deep.equal(Array.from({ length: 25 }, (_, at) => `note ${at + 1}`))
  })

  it('finds what a message says now: not what it said before, nor what was taken back', async () => {
    const { message } = await alice.conversations.send(alice.id, { text: 'apple pie' })
    const found = async (search: string): Promise<string[]> => (await alice.conversations.history(alice.id, { search })).map(view => view.text)
    expect(await found('APPLE')).to.deep.equal(['apple pie'])
    await alice.conversations.edit(message, 'Käsekuchen')
    expect(await found('apple')).to.deep.equal([])
    expect(await found('kasek')).to.deep.equal(['Käsekuchen'])
    // the same when all of it is in the index
    for (let n = 0; n < 400; n++) await alice.conversations.send(alice.id, { text: `filler ${n}` })
    expect(await found('apple')).to.deep.equal([])
    expect(await found('kasek')).to.deep.equal(['Käsekuchen'])
    await alice.conversations.retract(message)
    expect(await found('kasek')).to.deep.equal([])
    expect((await alice.conversations.history(alice.id, { search: 'filler', limit: 2 })).map(view => view.text)).to.deep.equal(['filler 398', 'filler 399'])
  })

  it('begins with the very first too, and goes on after what is there, to the newest', async () => {
    const all = (await alice.conversations.history(alice.id)).map(view => view.text)
    const pages: string[][] = []
    for (let after: MessageId | 'start' = 'start'; ;) {
      const page: MessageView[] = await alice.conversations.history(alice.id, { limit: 100, after })
      if (page.length === 0) break
      pages.push(page.map(view => view.text))
      after = page.at(-1)!.id
    }
    expect(pages[0]).to.have.length(100)
    expect(pages.flat()).to.deep.equal(all)
    const [, second] = await alice.conversations.history(alice.id, { after: 'start', limit: 2 })
    const since = second!.time
    expect((await alice.conversations.history(alice.id, { after: 'start', since, limit: 1 }))[0]!.time, 'the first of a day').to.be.at.least(since)
    for (const wrong of [{ after: 'start', search: 'note' }, { after: 'start', before: second!.id }] as const) {
      expect(await alice.conversations.history(alice.id, wrong).catch((error: unknown) => error)).to.include({ code: 'BAD_ARGUMENT' })
    }
    expect(await alice.conversations.history(alice.id, { after: 'a'.repeat(26) as MessageId }).catch((error: unknown) => error)).to.include({ code: 'UNKNOWN_MESSAGE' })
  })

  it('searches before a message too, and refuses one that is not there', async () => {
    const [eleventh] = await alice.conversations.history(alice.id, { search: 'note 11' })
    const found = await alice.conversations.history(alice.id, { search: 'note 1', before: eleventh!.id })
    expect(found.map(view => view.text)).to.deep.equal(['note 1', 'note 10'])
    const refused = await alice.conversations.history(alice.id, { before: 'a'.repeat(26) as MessageId }).catch((error: unknown) => error)
    expect(refused).to.include({ code: 'UNKNOWN_MESSAGE' })
  })
})
