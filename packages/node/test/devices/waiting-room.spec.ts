import { expect } from 'chai'
import { STRANGER_MS, WaitingRoom } from '../../src/devices/waiting-room.ts'
import { TestClock } from '../delivery/people.ts'
import type { FrameStream } from '../../src/network/index.ts'

describe('the room where strangers wait', () => {
  function stream (): { stream: FrameStream, ended: AbortSignal } {
    const ended = new AbortController()
    return { ended: ended.signal, stream: { peerId: 'x', direct: true, closed: ended.signal, send: async () => {}, frames: async function * () {}, close: async () => {}, abort: error => { ended.abort(error) } } }
  }

  it('PAIR-15: is never fuller than its places: the oldest goes, and who left does not count', () => {
    const clock = new TestClock()
    const room = new WaitingRoom(clock, 2)
    const [first, second, third, fourth] = [stream(), stream(), stream(), stream()]
    const leave = room.enter(first.stream)
    room.enter(second.stream)
    leave()
    room.enter(third.stream)
    expect([first, second, third].map(({ ended }) => ended.aborted)).to.deep.equal([false, false, false])
    room.enter(fourth.stream)
    expect([first, second, third, fourth].map(({ ended }) => ended.aborted)).to.deep.equal([false, true, false, false])
    clock.move(STRANGER_MS + 1)
    expect([first, third, fourth].map(({ ended }) => ended.aborted)).to.deep.equal([false, true, true])
    expect(room.size).to.equal(0)
    const gone = stream()
    room.enter(gone.stream)
    expect(room.size).to.equal(1)
    gone.stream.abort(new Error('gone'))
    expect(room.size).to.equal(0)
  })
})
