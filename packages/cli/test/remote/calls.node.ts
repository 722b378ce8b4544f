import { expect } from 'chai'
import { connectControl } from '../../src/remote/client.ts'
import { station } from '../support/control.ts'
import type { Station } from '../support/control.ts'
import type { CallView } from '@sotto/node'

describe('calls over the control socket', () => {
  let alice: Station

  beforeEach(async () => { alice = await station() })
  afterEach(async () => { await alice.close() })

  const id = (digit: string): CallView['id'] => digit.repeat(32) as CallView['id']

  /** Calls as the node has them, and the next one that is hung up. */
  async function calls (...views: Array<Partial<CallView>>): Promise<{ hungUp: () => Promise<string> }> {
    const { calls } = alice.actor
    const [call] = await calls.list()
    if (call === undefined) throw new Error('the actor has no call')
    const all = views.map(view => ({ ...call, ...view }))
    const first = all[0] ?? call
    let tell = (_id: string): void => {}
    const next: string[] = []
    Object.assign(calls, {
      start: async () => first,
      answer: async (id: string) => ({ ...call, id }),
      list: async () => all,
      hangUp: async (id: string) => {
        next.push(id)
        tell(id)
        return call
      }
    })
    return { hungUp: async () => next.shift() ?? await new Promise<string>(resolve => { tell = id => { next.shift(); resolve(id) } }) }
  }

  it('CTL-23: a call that a client started or took ends with its connection, and with no other one', async () => {
    const { hungUp } = await calls({ id: id('a'), phase: 'active' }, { id: id('b'), phase: 'ringing' })
    const [caller, taker, idle] = [await alice.raw(), await alice.raw(), await alice.raw()]
    await caller.call(1, 'calls.start', { who: 'bob' })
    await taker.call(1, 'calls.answer', { call: id('b') })
    await idle.call(1, 'calls.list')
    idle.close()
    await idle.closed()
    taker.close()
    expect(await hungUp()).to.equal(id('b'))
    caller.close()
    expect(await hungUp()).to.equal(id('a'))
  })

  it('CTL-23: of two calls that met, the one that goes on ends with the connection; what is over is left alone', async () => {
    const { hungUp } = await calls({ id: id('a'), phase: 'ended', end: 'merged', into: id('b') }, { id: id('b'), phase: 'connecting' }, { id: id('c'), phase: 'ended', end: 'hung up' })
    const over = await alice.raw()
    await over.call(1, 'calls.answer', { call: id('c') })
    over.close()
    await over.closed()
    const control = await connectControl(alice.profile)
    await control?.messenger.calls.start('bob')
    control?.close()
    expect(await hungUp()).to.equal(id('b'))
  })

  it('CTL-23: so does one that was only just being started when the client went away', async () => {
    const { hungUp } = await calls({ id: id('a'), phase: 'inviting' })
    const raw = await alice.raw()
    const { start } = alice.actor.calls
    let go = (): void => {}
    const asked = new Promise<void>(resolve => {
      alice.actor.calls.start = async who => {
        const gone = new Promise<void>(resolve => { go = resolve })
        resolve()
        await gone
        return await start(who)
      }
    })
    raw.send({ jsonrpc: '2.0', id: 1, method: 'calls.start', params: { who: 'bob' } })
    await asked
    raw.close()
    await raw.closed()
    go()
    expect(await hungUp()).to.equal(id('a'))
  })
})
