import { expect } from 'chai'
import { emptyTimeline, groupingOf, indexOf, itemOf, withChanged, withFirst, withLatest, withMessages, withNewer, withOlder, withSent, withStates } from '../src/state/timeline.machine.ts'
import { isSame, keeping } from '../src/state/same.ts'
import type { CallId, IdentityId, MessageId, MessageView } from '@sotto/node'
import type { TimelineState } from '../src/state/timeline.machine.ts'

const ALICE = 'sotto1alice' as IdentityId
const BOB = 'sotto1bob' as IdentityId
const START = Date.UTC(2026, 0, 5, 12)

function message (at: number, from = BOB, more: Partial<MessageView> = {}): MessageView {
  return { id: `m${at}` as MessageId, conversation: 'c' as MessageView['conversation'], from, device: 'd' as MessageView['device'], time: START + at * 1000, kind: 'text', text: `message ${at}`, reactions: [], state: 'delivered', copies: 0, ...more }
}
const page = (from: number, to: number): MessageView[] => Array.from({ length: to - from }, (_, at) => message(from + at))
const opened = (unread = 0): ReturnType<typeof withLatest> => withLatest(emptyTimeline(), page(100, 200), { limit: 100, unread, self: ALICE })

describe('the timeline of a conversation', () => {
  it('puts older pages before what is there, and finds every message in its place', () => {
    const state = withOlder(withOlder(opened(), page(0, 100), 100), [], 100)
    expect(state.items.map(({ id }) => id)).to.deep.equal(page(0, 200).map(({ id }) => id))
    expect(state.more).to.equal(false)
    for (const id of ['m0', 'm99', 'm100', 'm199'] as MessageId[]) expect(itemOf(state, id)?.id).to.equal(id)
  })

  it('goes to the first message without what lies between, and down from there to what came meanwhile', () => {
    const first = withFirst(opened(), page(0, 50), 50)
    expect(first).to.include({ more: false, newer: true })
    const heard = withMessages(first, [message(200)], ALICE)
    expect(heard.items.at(-1)?.id, 'the newest has no place below the fiftieth').to.equal('m49')
    expect(heard.heard?.id).to.equal('m200')
    const down = withNewer(heard, page(50, 120), 70, [], ALICE)
    expect(down).to.include({ newer: true })
    const end = withNewer(down, page(120, 201), 100, [message(200), message(201)], ALICE)
    expect(end.newer).to.equal(false)
    expect(end.items.map(({ id }) => id)).to.deep.equal(page(0, 202).map(({ id }) => id))
    expect(indexOf(end, 'm201' as MessageId)).to.equal(201)
  })

  it('what alice says far up is not said twice once she is back at the end', () => {
    const pending = { key: 'p', text: 'message 200', time: START }
    const up = withMessages({ ...withFirst(opened(), page(0, 50), 50), pending: [pending] }, [message(200, ALICE)], ALICE)
    expect(up.pending).to.deep.equal([])
    expect(withLatest(up, page(101, 201), { limit: 100, unread: 0, self: ALICE })).to.include({ newer: false, more: true })
  })

  it('a page with a call may be shorter than what was asked for, and is not the last one', () => {
    const call = message(100, BOB, { kind: 'call' })
    expect(withLatest(emptyTimeline(), [call, ...page(101, 199)], { limit: 100, unread: 0, self: ALICE }).more).to.equal(true)
    expect(withOlder(opened(), [...page(1, 99), message(0, BOB, { kind: 'call' })], 100).more).to.equal(true)
    expect(withOlder(opened(), [], 100).more).to.equal(false)
  })

  it('holds a message once, however often it is told of', () => {
    const state = withMessages(withMessages(opened(), [message(200), message(199)], ALICE), [message(200)], ALICE)
    expect(state.items).to.have.length(101)
    expect(state.heard?.id).to.equal('m200')
  })

  it('counts what came from others, once each, wherever one stands', () => {
    const end = withMessages(withMessages(opened(), [message(200), message(201), message(202, ALICE)], ALICE), [message(201)], ALICE)
    expect(end.came).to.equal(2)
    const up = withMessages(withFirst(end, page(0, 50), 50), [message(203)], ALICE)
    expect(withNewer(up, page(50, 203), 200, [message(203)], ALICE)).to.include({ came: 3, newer: false })
  })

  it('keeps what came by event while the first page was read', () => {
    const early = withMessages(emptyTimeline(), [message(200)], ALICE)
    const state = withLatest(early, page(100, 200), { limit: 100, unread: 0, self: ALICE })
    expect(state.items.at(-1)?.id).to.equal('m200')
    expect(indexOf(state, 'm200' as MessageId)).to.equal(100)
  })

  it('marks where the unread ones of bob begin, past alice’s own', () => {
    const items = [message(1), message(2, ALICE), message(3), message(4, ALICE)]
    expect(withLatest(emptyTimeline(), items, { limit: 100, unread: 2, self: ALICE }).unreadFrom).to.equal('m1')
    const call = message(2, ALICE, { kind: 'call', call: { id: 'c' as CallId, outcome: 'missed', video: false, seconds: 0, caller: false, withdrawn: false } })
    expect(withLatest(emptyTimeline(), [message(1), call], { limit: 100, unread: 1, self: ALICE }).unreadFrom, 'a call that she missed, written down by her own device').to.equal('m2')
  })

  it('keeps gaps apart: they have no place yet', () => {
    const state = withLatest(emptyTimeline(), [message(1), message(2, BOB, { kind: 'gap', missing: 3 })], { limit: 100, unread: 0, self: ALICE })
    expect(state.items).to.have.length(1)
    expect(state.gaps[0]?.missing).to.equal(3)
  })

  it('shows what alice says once, whether the event or the answer comes first', () => {
    const pending = { key: 'p', text: 'message 200', time: START }
    const said = (): TimelineState => ({ ...opened(), pending: [pending] })
    const own = message(200, ALICE)
    expect(withSent(withMessages(said(), [own], ALICE), 'p', own.id).pending).to.deep.equal([])
    expect(withMessages(withSent(said(), 'p', own.id), [own], ALICE).pending).to.deep.equal([])
    expect(withSent(said(), 'p', own.id).pending).to.have.length(1)
  })

  it('takes states from the messenger, and says no more what a delivered message waits for', () => {
    const state = withMessages(opened(), [message(200, ALICE, { state: 'stored', copies: 1, waiting: 'waits for bob' })], ALICE)
    const stored = withStates(state, [{ message: 'm200' as MessageId, state: 'stored', copies: 2 }])
    expect(stored.items.at(-1)).to.include({ copies: 2, waiting: 'waits for bob' })
    const delivered = withStates(stored, [{ message: 'm200' as MessageId, state: 'delivered', copies: 2 }])
    expect(delivered.items.at(-1)).to.include({ state: 'delivered' }).and.not.to.have.property('waiting')
    expect(withStates(delivered, [{ message: 'unknown' as MessageId, state: 'read', copies: 0 }])).to.equal(delivered)
  })

  it('changes a message in its place, and none that it does not hold', () => {
    const state = opened()
    expect(itemOf(withChanged(state, message(150, BOB, { text: 'corrected' })), 'm150' as MessageId)?.text).to.equal('corrected')
    expect(withChanged(state, message(5))).to.equal(state)
  })

  it('groups what one person says within minutes of one day', () => {
    const a = message(0)
    const b = message(60)
    expect(groupingOf(undefined, a, b)).to.deep.equal({ first: true, last: false, newDay: true })
    expect(groupingOf(a, b, message(70, ALICE))).to.deep.equal({ first: false, last: true, newDay: false })
    expect(groupingOf(a, message(400), undefined).first).to.equal(true)
    expect(groupingOf(a, message(24 * 3600), undefined).newDay).to.equal(true)
  })
})

describe('lists that are read anew', () => {
  it('keep what says the same, and are the same where all of it does', () => {
    const before = [message(1), message(2)]
    const keyOf = ({ id }: MessageView): string => id
    expect(keeping(before, [message(1), message(2)], keyOf)).to.equal(before)
    const [edited, one] = keeping(before, [message(2, BOB, { text: 'another' }), message(1)], keyOf)
    expect(one).to.equal(before[0])
    expect(edited?.text).to.equal('another')
    expect(isSame({ a: [1, { b: undefined }] }, { a: [1, {}] })).to.equal(false)
  })
})
