import { expect } from 'chai'
import { withCall } from '../src/state/chats.machine.ts'
import { qualityOf, troubleOf, wayOf } from '../src/state/calls.machine.ts'
import { serverOf, troubleOfRelay } from '../src/state/relay.machine.ts'
import { UsageError } from '@sotto/node/errors'
import type { CallId, CallView, IdentityId } from '@sotto/node'

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
