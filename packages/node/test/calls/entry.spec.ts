import { Call, CallOutcome } from '@sotto/protocols/message'
import { expect } from 'chai'
import { callEntryOf } from '../../src/calls/entry.ts'
import { freshPair } from '../../src/calls/pair.ts'
import type { Call as Pair } from '../../src/calls/call.ts'

/** What alice, who called, writes down. */
function written (call: Partial<Pair>): Call {
  return Call.decode(callEntryOf(freshPair({ id: 'ab'.repeat(16), peer: 'cd'.repeat(32), direction: 'outgoing', since: 90_000, phase: 'ended', ...call })))
}

describe('what is written down of a call', () => {
  it('CALL-10: one that alice took back and one that rang out are missed, and told apart', () => {
    expect(written({ end: 'cancelled' })).to.include({ outcome: CallOutcome.MISSED, withdrawn: true, caller: true })
    expect(written({ end: 'unanswered' })).to.include({ outcome: CallOutcome.MISSED, withdrawn: false })
  })

  it('is answered where somebody hung up before a way was found, and failed where none was', () => {
    expect(written({ end: 'hung up' })).to.include({ outcome: CallOutcome.ANSWERED, seconds: 0 })
    expect(written({ end: 'failed' }).outcome).to.equal(CallOutcome.NO_WAY)
    expect(written({ end: 'hung up', connected: 60_000 })).to.include({ outcome: CallOutcome.ANSWERED, seconds: 30 })
    expect(written({ end: 'lost', connected: 60_000 })).to.include({ outcome: CallOutcome.CUT_OFF, seconds: 30 })
  })
})
