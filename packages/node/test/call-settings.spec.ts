import { expect } from 'chai'
import { CallsKept } from '../src/call-settings.ts'
import { memoryStore } from './store/memory-store.ts'

const TURN = { url: 'turn:192.0.2.7:3478?transport=udp', username: 'alice', credential: 'secret' }

describe('what is kept of calls', () => {
  it('came with the start or from a page, and is there at the next start; the password is told to nobody', async () => {
    const store = await memoryStore()
    const kept = await CallsKept.load(store, [TURN])
    expect(kept.view()).to.deep.equal({ servers: [{ url: TURN.url, username: 'alice' }], hide: false })
    await kept.change({ hide: true })
    await kept.change({ server: TURN.url, username: 'alice' })
    const next = await CallsKept.load(store, undefined)
    expect(next.servers).to.deep.equal([TURN])
    expect([next.canHide, next.hide]).to.deep.equal([true, true])
    await next.change({ server: '' })
    expect((await CallsKept.load(store, undefined)).canHide).to.equal(false)
  })

  it('is refused where it is no server, and what was kept stays', async () => {
    const kept = await CallsKept.load(await memoryStore(), [TURN])
    for (const change of [{ server: 'https://example.org' }, { server: 'turn:192.0.2.8:3478' }, { server: 'turn:192.0.2.8:99999', username: 'a', credential: 'b' }, { server: 'turn:a b', username: 'a', credential: 'b' }]) {
      const error: unknown = await kept.change(change).then(() => undefined, (error: unknown) => error)
      expect(error, JSON.stringify(change)).to.include({ code: 'BAD_ARGUMENT' })
    }
    expect(kept.servers).to.deep.equal([TURN])
  })
})
