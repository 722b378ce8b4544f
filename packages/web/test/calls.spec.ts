import { expect } from 'chai'
import { en } from '../src/messages/en.ts'
import { it as italian } from '../src/messages/it.ts'
import { callWords } from '../src/state/call-line.ts'
import { withCall, withMessage } from '../src/state/chats.machine.ts'
import { qualityOf, troubleOf, wayOf } from '../src/state/calls.machine.ts'
import { serverOf, troubleOfRelay } from '../src/state/relay.machine.ts'
import { UsageError } from '@sotto/node/errors'
import type { CallId, CallOutcomeView, CallView, ConversationView, IdentityId, MessageView } from '@sotto/node'

const stats = { local: 'host', remote: 'prflx', sentBytes: 0, receivedBytes: 0, packets: 1000, lost: 0, roundTrip: 40 }
const tracks = { audio: true, video: false, screen: false }
const call: CallView = { id: 'a' as CallId, with: 'sotto1bob' as IdentityId, name: 'bob', direction: 'incoming', phase: 'ringing', rings: true, since: 0, tracks, theirs: tracks, participants: [] }

describe('the words for how a call goes', () => {
  it('come from what was lost lately, not from what was lost long ago', () => {
    expect(qualityOf(stats)).to.equal('good')
    expect(qualityOf({ ...stats, lost: 50 }, stats)).to.equal('poor')
    expect(qualityOf({ ...stats, packets: 1950, lost: 50 }, stats)).to.equal('fair')
    expect(qualityOf({ ...stats, packets: 2000, lost: 300 }, { ...stats, packets: 1000, lost: 300 })).to.equal('good')
    expect(qualityOf({ ...stats, roundTrip: 900 })).to.equal('poor')
  })

  it('say direct where neither end uses a relay', () => {
    expect(wayOf(stats)).to.equal('direct')
    expect(wayOf({ ...stats, remote: 'relay' })).to.equal('relayed')
    expect(wayOf({ ...stats, local: undefined })).to.equal(undefined)
  })

  it('tell a refusal from a missing microphone', () => {
    const error = (name: string): UsageError => new UsageError('NO_AUDIO', 'x', { cause: new DOMException('x', name) })
    expect(['NotAllowedError', 'NotFoundError', 'NotReadableError'].map(name => troubleOf(error(name)))).to.deep.equal(['refused', 'missing', 'taken'])
    expect(troubleOf(new UsageError('BUSY', 'x'))).to.equal('other')
  })
})

describe('the line of a call', () => {
  const line = (outcome: CallOutcomeView, more: Partial<NonNullable<MessageView['call']>> = {}): NonNullable<MessageView['call']> => ({ id: 'a' as CallId, outcome, video: false, seconds: 0, caller: true, withdrawn: false, ...more })

  it('reads for the caller as what came of it, and for the other one as what it was for them', () => {
    const read = (words: Record<string, string>, ...[outcome, more]: Parameters<typeof line>): string[] => [true, false].map(own => callWords(key => words[key] ?? '', seconds => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`, line(outcome, more), own))
    expect(read(en, 'answered', { seconds: 62 })).to.deep.equal(['Outgoing call · 1:02', 'Incoming call · 1:02'])
    expect(read(en, 'missed')).to.deep.equal(['Outgoing call · no answer', 'Missed call'])
    expect(read(en, 'missed', { withdrawn: true, video: true })).to.deep.equal(['Outgoing video call · cancelled', 'Missed video call'])
    expect(read(en, 'declined')).to.deep.equal(['Outgoing call · declined', 'Incoming call · declined'])
    expect(read(en, 'busy')).to.deep.equal(['Outgoing call · busy', 'Missed call'])
    expect(read(en, 'failed')).to.deep.equal(['Outgoing call · not connected', 'Incoming call · not connected'])
    expect(read(en, 'cut off', { seconds: 5 })).to.deep.equal(['Outgoing call · 0:05 · cut off', 'Incoming call · 0:05 · cut off'])
    expect(read(italian, 'missed')).to.deep.equal(['Chiamata in uscita · nessuna risposta', 'Chiamata persa'])
  })

  it('is counted as new where it was missed, and nowhere else', () => {
    const bob = 'sotto1bob' as IdentityId
    const unread = (call: MessageView['call'], from = bob): number | undefined => withMessage({ self: { id: 'sotto1alice' as IdentityId }, conversations: [{ with: bob, name: 'bob', unread: 0 } as ConversationView] }, { event: 'message', with: bob, name: 'bob', cursor: '1', time: 1, message: { id: 'm1', from, kind: 'call', state: 'delivered', call } as MessageView }).conversations[0]?.unread
    expect([line('missed'), line('busy'), line('answered'), line('declined')].map(call => unread(call))).to.deep.equal([1, 1, 0, 0])
    expect(unread(line('missed'), 'sotto1alice' as IdentityId)).to.equal(0)
    const hers = { ...line('missed'), caller: false } as NonNullable<MessageView['call']>
    expect(unread(hers, 'sotto1alice' as IdentityId), 'bob was lost: alice’s own device wrote it down').to.equal(1)
    expect(unread(hers), 'alice called').to.equal(0)
  })
})

describe('the call that is shown', () => {
  it('rings, is talked in, and leaves how it ended', () => {
    let state: { call?: CallView | undefined } = withCall({}, call)
    state = withCall(state, { ...call, phase: 'active', seconds: 3 })
    state = withCall(state, { ...call, id: 'b' as CallId })
    expect(state.call?.id, 'another one does not take its place').to.equal('a')
    state = withCall(state, { ...call, phase: 'ended', end: 'hung up', seconds: 4 })
    expect(state.call?.end).to.equal('hung up')
  })

  it('goes without a word where bob took it back, or another device of ours took it', () => {
    for (const end of ['cancelled', 'elsewhere'] as const) expect(withCall({ call }, { ...call, phase: 'ended', end }).call).to.equal(undefined)
  })
})

describe('a relay server for calls', () => {
  const given = { server: 'turn:turn.example.org:3478', username: 'alice', credential: 'secret' }

  it('is written as people write it, and what is missing is said at its place', () => {
    expect(['turn.example.org', 'turn://turn.example.org:3478', ' turns:a.example '].map(serverOf)).to.deep.equal(['turn:turn.example.org', 'turn:turn.example.org:3478', 'turns:a.example'])
    expect(troubleOfRelay(given, false)).to.equal(undefined)
    const words = (change: Partial<typeof given>): unknown => troubleOfRelay({ ...given, ...change }, false)?.words
    expect([{ server: 'https://a.example' }, { server: 'stun:a.example' }, { server: 'turn:' }, { server: 'turn:a.example:99999' }, { username: ' ' }, { credential: '' }].map(words))
      .to.deep.equal(['relay.noTurn', 'relay.noTurn', 'relay.noHost', 'relay.noPort', 'relay.noName', 'relay.noPassword'])
    expect(troubleOfRelay({ ...given, credential: '' }, true), 'it is kept').to.equal(undefined)
  })
})
