import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '@sotto/node/errors'
import { expect } from 'chai'
import { BOB } from './support/actor.ts'
import { actorDoor } from './support/door.ts'
import { stage, withBob } from './support/stage.ts'
import { temporaryDirectory } from './support/profile.ts'
import { sotto, testWorld } from './support/world.ts'
import { parseIceServers } from '../src/ice-servers.ts'
import { run } from '../src/cli.ts'
import type { Actor } from './support/actor.ts'
import type { CallView, NodeEvent, ParticipantView } from '@sotto/node'

const ID = '0123456789abcdef0123456789abcdef'
const TRACKS = { audio: true, video: false, screen: false }
const STATS = { local: 'host', remote: 'prflx', sentBytes: 100, receivedBytes: 90, packets: 50, lost: 1, roundTrip: 3 }

/** What a node tells of a call, step by step. */
function told (...steps: Array<Partial<CallView>>): (actor: Actor) => void {
  return actor => {
    withBob(actor)
    actor.happened.push(...steps.map((step, at): NodeEvent => {
      const call: CallView = { id: ID as CallView['id'], with: BOB, name: 'bob', direction: 'outgoing', phase: 'active', rings: false, since: 5, tracks: TRACKS, theirs: TRACKS, participants: [], ...step }
      return { event: 'call', call, cursor: String(at + 1), time: 5 } as NodeEvent
    }))
  }
}

describe('sotto call, with a node in its own process', () => {
  const scene = stage()
  const { as, initialise } = scene
  beforeEach(initialise)

  const talk = (end: Partial<CallView>): ((actor: Actor) => void) => told(
    { phase: 'inviting' },
    { phase: 'inviting', rings: true },
    { phase: 'active', seconds: 0 },
    { phase: 'active', seconds: 0, stats: STATS },
    { phase: 'active', seconds: 1, stats: STATS },
    { phase: 'ended', ...end })

  /** Runs a verb of a node whose events are there before it looks. */
  async function follow (argv: string[], arrange: (actor: Actor) => void, cwd = '/home/alice'): Promise<ReturnType<typeof as>> {
    return await as(argv, { arrange: actor => { arrange(actor); replay(actor) }, cwd })
  }

  /** Events from the first: what happens while the verb starts. */
  function replay (actor: Actor): void {
    const events = actor.events.bind(actor)
    actor.events = options => events({ ...options, since: '0' })
  }

  it('start tells each step once, how it goes each second, and ends with the call', async () => {
    const { code, lines } = await follow(['call', 'start', 'bob', '--audio', 'question.wav', '--record', '/tmp/answer.wav', '--json'], talk({ end: 'hung up', seconds: 2 }))
    expect(code).to.equal(0)
    expect(lines().map(({ event }) => event)).to.deep.equal(['calling', 'ringing', 'connected', 'stats', 'stats', 'ended'])
    expect(lines()[0]).to.include({ call: ID, with: BOB, name: 'bob' })
    expect(lines()[2]).to.include({ local: 'host', remote: 'prflx' })
    expect(lines()[4]).to.include({ seconds: 1, packets: 50, lost: 1 })
    expect(lines()[5]).to.include({ reason: 'hung up', seconds: 2 })
  })

  it('for people it is a few lines: it rings, it goes straight, it is over', async () => {
    const { out } = await follow(['call', 'start', 'bob', '--audio', 'none'], talk({ end: 'hung up', seconds: 62 }))
    expect(out).to.contain('it rings at bob').and.contain('direct (host to prflx)').and.contain('over, 1:02')
    expect(out.split('\n').filter(line => line.includes('talking'))).to.have.length(1)
  })

  it('paths are those of the place where the command is given', async () => {
    let actor: Actor | undefined
    await follow(['call', 'start', 'bob', '--audio', 'question.wav', '--record', 'a/answer.wav', '--seconds', '30', '--until-played'], one => { actor = one; talk({ end: 'hung up', seconds: 2 })(one) })
    expect(actor?.asked).to.include(`call bob ${JSON.stringify({ audio: '/home/alice/question.wav', record: '/home/alice/a/answer.wav', seconds: 30, untilPlayed: true })}`)
  })

  it('who does not answer is told by the code of a timeout; who declines, is busy, is not reached or is lost by 1 and a code each', async () => {
    const ends = [['unanswered', 3, 'TIMEOUT'], ['declined', 1, 'REFUSED'], ['busy', 1, 'BUSY'], ['failed', 1, 'UNREACHABLE']] as const
    for (const [end, exit, expected] of ends) {
      const { code, errors, lines } = await follow(['call', 'start', 'bob', '--audio', 'none', '--json'], told({ phase: 'inviting' }, { phase: 'ended', end }))
      expect(code, end).to.equal(exit)
      expect(errors().at(-1)?.error, end).to.include({ code: expected })
      expect(lines().at(-1), end).to.include({ event: 'ended', reason: end })
    }
    const { code, errors, lines } = await follow(['call', 'start', 'bob', '--audio', 'none', '--json'], talk({ end: 'lost', seconds: 7 }))
    expect(code).to.equal(1)
    expect(errors().at(-1)?.error).to.include({ code: 'UNREACHABLE', message: 'the call with bob was cut off' })
    expect(lines().at(-1)).to.include({ event: 'ended', reason: 'lost', seconds: 7 })
    const taken = told({ phase: 'ringing', direction: 'incoming' }, { phase: 'active', direction: 'incoming', seconds: 0, stats: STATS }, { phase: 'ended', direction: 'incoming', end: 'lost', seconds: 3 })
    expect((await follow(['call', 'answer', '--audio', 'none', '--once'], actor => { taken(actor); actor.calls.list = async () => [] })).code).to.equal(1)
  })

  it('answer takes who is meant, and writes each note into a file of its own', async () => {
    let actor: Actor | undefined
    const directory = temporaryDirectory()
    writeFileSync(join(directory.path, 'greeting.wav'), 'RIFF')
    const { code, lines } = await follow(['call', 'answer', '--from', 'bob', '--once', '--audio', 'greeting.wav', '--record', 'note.wav', '--json'], one => {
      actor = one
      told({ phase: 'ringing', direction: 'incoming', with: 'sotto1somebodyelse' as CallView['with'], id: 'f'.repeat(32) as CallView['id'] }, { phase: 'ringing', direction: 'incoming' }, { phase: 'active', seconds: 0, stats: STATS }, { phase: 'ended', end: 'hung up', seconds: 4 })(one)
      one.calls.list = async () => []
    }, directory.path)
    expect(code).to.equal(0)
    expect(lines().map(({ event }) => event)).to.deep.equal(['ringing', 'connected', 'stats', 'ended'])
    expect(lines().at(-1)).to.include({ record: join(directory.path, 'note.wav'), reason: 'hung up' })
    expect(actor?.asked.filter(asked => asked.startsWith('answer'))).to.deep.equal([`answer ${ID} ${JSON.stringify({ audio: join(directory.path, 'greeting.wav'), record: join(directory.path, 'note.wav') })}`])
    directory.remove()
  })

  it('Ctrl-C hangs up', async () => {
    const door = actorDoor({}, told({ phase: 'inviting' }))
    const world = testWorld({ door })
    const ran = run(['--profile', scene.profile, 'call', 'start', 'bob', '--audio', 'none', '--json'], world)
    await world.printed(1)
    world.stop()
    await ran
    expect(door.last?.asked).to.include(`hang up ${ID}`)
    expect(world.lines().at(-1)).to.include({ event: 'ended', reason: 'hung up' })
  })

  const carol = 'sotto1carol' as CallView['with']
  /** A call of three, of whom carol is as told. */
  const three = (carolIs: Partial<ParticipantView>, call: Partial<CallView> = {}): Partial<CallView> => ({
    ...call,
    participants: [
      { with: BOB, name: 'bob', phase: 'active', rings: true, theirs: TRACKS, stats: STATS, seconds: 1 },
      { with: carol, name: 'carol', phase: 'inviting', rings: false, theirs: TRACKS, ...carolIs }
    ]
  })

  it('of several each thing is told of whom it is, once, and how it goes with each who is here', async () => {
    const { code, lines } = await follow(['call', 'start', 'bob', 'bob', '--audio', 'none', '--json'], told(
      three({}),
      three({ rings: true }),
      three({ phase: 'apart' }),
      three({ phase: 'apart' }),
      three({ phase: 'active', stats: STATS }),
      three({ phase: 'ended', end: 'lost', seconds: 9 }),
      three({ phase: 'ended', end: 'lost', seconds: 9 }, { phase: 'ended', end: 'hung up', seconds: 12 })))
    expect(code).to.equal(0)
    const of = (name: string): unknown[] => lines().filter(line => line.name === name && line.event !== 'stats').map(({ event }) => event)
    expect(of('bob')).to.deep.equal(['calling', 'connected', 'ended'])
    expect(of('carol')).to.deep.equal(['calling', 'ringing', 'apart', 'connected', 'left'])
    expect(lines().find(({ event }) => event === 'left')).to.include({ with: carol, reason: 'lost', seconds: 9 })
    expect(lines().filter(line => line.event === 'stats' && line.name === 'bob')).to.have.length.above(4)
    expect(lines().at(-1)).to.include({ event: 'ended', reason: 'hung up', seconds: 12 })
  })

  it('for people it is said who is here, and who is no contact', async () => {
    const { out } = await follow(['call', 'start', 'bob', 'bob', '--audio', 'none'], told(three({ phase: 'apart' }), three({ phase: 'ended', end: 'declined' }), three({}, { phase: 'ended', end: 'hung up', seconds: 62 })))
    expect(out).to.contain('bob is here, direct (host to prflx)').and.contain('carol is not your contact: you do not hear each other').and.contain('carol: declined').and.contain('call with bob: over, 1:02')
  })

  it('nobody is said to be there who only rings, or who left', async () => {
    const of = (call: Partial<CallView>): Parameters<typeof follow>[1] => actor => {
      withBob(actor)
      const list = actor.calls.list
      actor.calls.list = async () => (await list()).map(view => ({ ...view, ...call }))
    }
    const listed = async (carolIs: Partial<ParticipantView>, call: Partial<CallView> = {}): Promise<string> => (await as(['call', 'list'], { arrange: of(three(carolIs, call)) })).out.trim()
    expect(await listed({})).to.match(/talking with bob, 1:15; calling carol$/)
    expect(await listed({ phase: 'active' })).to.match(/talking with bob and carol, 1:15$/)
    expect(await listed({ phase: 'ended', end: 'hung up', seconds: 4 })).to.match(/talking with bob, 1:15$/)
    expect(await listed({ phase: 'apart' })).to.match(/talking with bob, 1:15$/)
    const bobLeft = three({ phase: 'active' })
    expect(await listed({}, {})).not.to.contain('bob and carol')
    const participants = (bobLeft.participants ?? []).map((one, at) => at === 0 ? { ...one, phase: 'ended' as const } : one)
    expect((await as(['call', 'list'], { arrange: of({ participants }) })).out).to.contain('talking with carol, 1:15')
    expect((await as(['call', 'list'], { arrange: of({ participants: participants.map(one => ({ ...one, phase: 'ended' as const, seconds: 3 })), phase: 'ended', end: 'hung up' }) })).out).to.contain('call with bob and carol: over')
    expect((await as(['call', 'list'], { arrange: of({ participants: (bobLeft.participants ?? []).map(one => ({ ...one, phase: 'inviting' as const })), phase: 'inviting' }) })).out).to.contain('calling bob and carol …')
  })

  it('list says when, and for how long; of who missed one that it was missed', async () => {
    const since = new Date(2023, 10, 13, 12, 30, 42).getTime()
    const of = (call: Partial<CallView>): Parameters<typeof follow>[1] => actor => {
      withBob(actor)
      const list = actor.calls.list
      actor.calls.list = async () => (await list()).map(view => ({ ...view, since, ...call }))
    }
    const listed = async (call: Partial<CallView>): Promise<string> => (await as(['call', 'list'], { arrange: of(call) })).out.trim().replace(/ {2}[0-9a-f]{8} {2}/, ' ')
    expect(await listed({ phase: 'ended', end: 'hung up', seconds: 75 })).to.match(/^2023-11-13 12:29 .*bob.*over, 1:15$/)
    const missed = async (call: Partial<CallView>): Promise<string> => listed({ phase: 'ended', seconds: undefined as never, ...call })
    expect(await missed({ direction: 'outgoing', end: 'unanswered' })).to.match(/^2023-11-13 12:30 .*: no answer$/)
    expect(await missed({ direction: 'outgoing', end: 'cancelled' })).to.match(/: cancelled$/)
    for (const end of ['unanswered', 'cancelled'] as const) expect(await missed({ direction: 'incoming', end })).to.match(/: missed$/)
    const [view] = (await as(['call', 'list', '--json'], { arrange: of({ phase: 'ended', end: 'hung up', seconds: 75 }) })).lines()
    expect(view).to.include({ since, seconds: 75, end: 'hung up' })
  })

  it('who is called for long, and nothing rings there, is said not to be heard of: nobody is said to be away', async () => {
    const door = actorDoor({}, told({ phase: 'inviting' }))
    const world = testWorld({ door })
    world.patience = { ...world.patience, ring: 1 }
    const ran = run(['--profile', scene.profile, 'call', 'start', 'bob', '--audio', 'none'], world)
    await world.noted('no device there has said so far that it rings')
    world.stop()
    await ran
  })

  it('both call at once: start goes on with the call that goes on, and tells how that one ends', async () => {
    const next = 'f'.repeat(32) as CallView['id']
    const crossed = told(
      { phase: 'inviting' },
      { phase: 'ended', end: 'merged', into: next },
      { id: next, direction: 'incoming', phase: 'connecting' },
      { id: next, direction: 'incoming', phase: 'active', seconds: 0, stats: STATS },
      { id: next, direction: 'incoming', phase: 'ended', end: 'hung up', seconds: 4 })
    const { code, lines } = await follow(['call', 'start', 'bob', '--audio', 'none', '--json'], crossed)
    expect(lines().map(({ event, call }) => [event, call])).to.deep.equal([['calling', ID], ['merged', ID], ['connected', next], ['stats', next], ['ended', next]])
    expect(lines()[1]).to.include({ into: next })
    expect(code).to.equal(0)
    expect((await follow(['call', 'start', 'bob', '--audio', 'none'], crossed)).out).to.contain('both called at once: one call goes on').and.contain('talking with bob')
    expect((await follow(['call', 'start', 'bob', '--audio', 'none'], told({ phase: 'ended', end: 'merged', into: next }, { id: next, phase: 'ended', end: 'failed' }))).code).to.equal(1)
  })

  it('both call at once: Ctrl-C hangs up the call that goes on, also where the terminal has not heard of it yet', async () => {
    const next = 'f'.repeat(32) as CallView['id']
    for (const heard of [true, false]) {
      const steps: Array<Partial<CallView>> = [{ phase: 'inviting' }, { phase: 'ended', end: 'merged', into: next }]
      const door = actorDoor({}, actor => {
        told(...steps.slice(0, heard ? 2 : 1))(actor)
        if (heard) return replay(actor)
        const { hangUp } = actor.calls
        actor.calls.hangUp = async id => ({ ...await hangUp(id), id: id as CallView['id'], ...(id === ID ? steps[1] : {}) })
      })
      const world = testWorld({ door })
      const ran = run(['--profile', scene.profile, 'call', 'start', 'bob', '--audio', 'none', '--json'], world)
      await world.printed(heard ? 2 : 1)
      world.stop()
      await ran
      expect(door.last?.asked.filter(asked => asked.startsWith('hang up')).at(-1)).to.equal(`hang up ${next}`)
      expect(world.lines().at(-1)).to.include({ event: 'ended', reason: 'hung up' })
    }
  })

  it('a note that is there is never written over, also where the same call rings again', async () => {
    const directory = temporaryDirectory()
    const ring: Array<Partial<CallView>> = [{ phase: 'ringing', direction: 'incoming' }, { phase: 'active', seconds: 0, stats: STATS }, { phase: 'ended', end: 'hung up', seconds: 4 }]
    const note = join(directory.path, 'note-01234567.wav')
    writeFileSync(note, 'of old')
    const door = actorDoor({}, actor => {
      told(...ring, ...ring)(actor)
      replay(actor)
      actor.calls.list = async () => []
    })
    const world = testWorld({ door, cwd: directory.path })
    const ran = run(['--profile', scene.profile, 'call', 'answer', '--audio', 'none', '--record', 'note.wav', '--json'], world)
    await world.printed(8)
    world.stop()
    await ran
    expect(world.lines().map(({ event }) => event)).to.deep.equal(['ringing', 'connected', 'stats', 'ended', 'ringing', 'connected', 'stats', 'ended'])
    expect(world.lines().flatMap(({ record }) => record ?? [])).to.deep.equal(['2', '3'].map(n => join(directory.path, `note-01234567-${n}.wav`)))
    expect(readFileSync(note, 'utf8')).to.equal('of old')
    directory.remove()
  })

  it('a call that is gone before it is taken leaves no empty note; a place where nothing can be written is told', async () => {
    const directory = temporaryDirectory()
    const taken = { phase: 'ringing', direction: 'incoming' } as const
    const door = actorDoor({}, actor => {
      told(taken)(actor)
      replay(actor)
      actor.calls.list = async () => []
      actor.calls.answer = async () => { throw new UsageError('NO_AUDIO', 'no microphone was found') }
    })
    const answer = async (record: string): Promise<Array<Record<string, unknown>>> => (await sotto(['--profile', scene.profile, 'call', 'answer', '--record', record, '--json'], { door, cwd: directory.path })).errors()
    expect((await answer('note.wav')).at(-1)?.error).to.include({ code: 'NO_AUDIO' })
    expect(readdirSync(directory.path)).to.deep.equal([])
    expect((await answer('nowhere/note.wav')).at(-1)?.error).to.include({ code: 'BAD_AUDIO' })
    directory.remove()
  })

  it('what no call could be taken with is told while nobody rings', async () => {
    const directory = temporaryDirectory()
    const ask = async (...args: string[]): Promise<Array<Record<string, unknown>>> => (await sotto(['--profile', scene.profile, 'call', 'answer', ...args, '--json'], { door: actorDoor({}, actor => { actor.calls.list = async () => { throw new Error('it was waited for calls') } }), cwd: directory.path, env: { PATH: directory.path } })).errors()
    for (const audio of ['nothing.wav', directory.path]) expect((await ask('--audio', audio)).at(-1)?.error).to.include({ code: 'BAD_AUDIO', message: 'this file cannot be read' })
    for (const [name, bytes] of [['empty.wav', ''], ['text.wav', 'hello, no sound']] as const) {
      writeFileSync(join(directory.path, name), bytes)
      expect((await ask('--audio', name)).at(-1)?.error, name).to.include({ code: 'BAD_AUDIO', message: 'this sound cannot be played' })
    }
    expect((await ask('--audio', 'none', '--record', 'nowhere/note.wav')).at(-1)?.error).to.include({ code: 'BAD_AUDIO', message: 'this file cannot be written' })
    expect((await ask())[0]?.note).to.contain('neither ffmpeg nor sox')
    directory.remove()
  })

  it('invite asks somebody into the call that one is in', async () => {
    let actor: Actor | undefined
    const { code, lines } = await as(['call', 'invite', 'bob', '--json'], { arrange: one => { actor = one; withBob(one) } })
    expect(code).to.equal(0)
    expect(actor?.asked).to.include(`invite bob to ${ID}`)
    expect(lines()[0]).to.include({ id: ID, phase: 'active' })
    expect((await as(['call', 'invite', 'ffff', 'bob', '--json'], { arrange: withBob })).errors().at(-1)?.error).to.include({ code: 'UNKNOWN_CALL' })
  })

  it('list and hangup; wrong use is told', async () => {
    expect((await as(['call', 'list', '--json'])).lines()[0]).to.include({ id: ID, phase: 'active', seconds: 75 })
    expect((await as(['call', 'list'])).out).to.contain('talking with bob, 1:15')
    expect((await as(['call', 'hangup', '--json'])).lines()[0]).to.include({ phase: 'ended', end: 'hung up' })
    expect((await as(['call', 'hangup', 'ffff', '--json'])).errors().at(-1)?.error).to.include({ code: 'UNKNOWN_CALL' })
    expect((await as(['call', 'start', 'bob', '--audio', 'none', '--until-played'])).code).to.equal(2)
    expect((await as(['call', 'start', 'nobody', '--audio', 'none', '--json'])).errors().at(-1)?.error).to.include({ code: 'UNKNOWN_CONTACT' })
  })

  it('servers for calls come from the environment or the options of start, and a wrong one is not repeated', () => {
    expect(parseIceServers(['stun:192.0.2.7:3478,turn:me:pass:word@[2001:db8::1]:3478?transport=tcp'])).to.deep.equal([{ url: 'stun:192.0.2.7:3478' }, { url: 'turn:[2001:db8::1]:3478?transport=tcp', username: 'me', credential: 'pass:word' }])
    expect(parseIceServers(['none'])).to.deep.equal([])
    for (const wrong of ['http://x', 'turn:192.0.2.7', 'stun:a:b@192.0.2.7', 'turn:me:secret', 'stun:', 'stun:a stun:b stun:c stun:d stun:e']) expect(() => parseIceServers([wrong]), wrong).to.throw().with.property('message').that.does.not.contain('secret')
  })
})
