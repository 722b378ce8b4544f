import { CallOutcome } from '@sotto/protocols/message'
import { expect } from 'chai'
import { callView, inWords } from '../../src/conversations/calls.ts'

type Told = Parameters<typeof callView>[0]

/** As the caller reads the line that they wrote, and as the other side does. */
function read (outcome: CallOutcome, more: Partial<Told> = {}): [caller: string, callee: string] {
  const view = callView({ kind: 'call', call: new Uint8Array(16), outcome, video: false, seconds: 0, caller: true, withdrawn: false, ...more })
  return [inWords(view, true), inWords(view, false)]
}

describe('the line of a call in a conversation', () => {
  it('CALL-10: says to alice, who called, what came of it, and to bob what it was for him', () => {
    expect(read(CallOutcome.ANSWERED, { seconds: 62 })).to.deep.equal(['Outgoing call, 1:02', 'Incoming call, 1:02'])
    expect(read(CallOutcome.ANSWERED, { seconds: 3729, video: true })).to.deep.equal(['Outgoing video call, 1:02:09', 'Incoming video call, 1:02:09'])
    expect(read(CallOutcome.MISSED)).to.deep.equal(['Outgoing call: no answer', 'Missed call'])
    expect(read(CallOutcome.MISSED, { withdrawn: true, video: true })).to.deep.equal(['Outgoing video call: cancelled', 'Missed video call'])
    expect(read(CallOutcome.REFUSED)).to.deep.equal(['Outgoing call: declined', 'Incoming call: declined'])
    expect(read(CallOutcome.OCCUPIED)).to.deep.equal(['Outgoing call: busy', 'Missed call'])
    expect(read(CallOutcome.NO_WAY)).to.deep.equal(['Outgoing call: no way was found', 'Incoming call: no way was found'])
    expect(read(CallOutcome.CUT_OFF, { seconds: 5 })).to.deep.equal(['Outgoing call, 0:05, cut off', 'Incoming call, 0:05, cut off'])
  })

  it('is the same where bob had to write it himself', () => {
    const [own, hers] = read(CallOutcome.MISSED, { caller: false })
    expect([own, hers]).to.deep.equal(['Missed call', 'Outgoing call: no answer'])
  })

  it('takes nothing back that was not missed', () => {
    expect(callView({ kind: 'call', call: new Uint8Array(16), outcome: CallOutcome.ANSWERED, video: false, seconds: 1, caller: true, withdrawn: true }).withdrawn).to.equal(false)
  })
})
