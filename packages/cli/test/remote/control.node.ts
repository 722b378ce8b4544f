import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { StoreError, UnreachableError, UsageError, NodeError } from '@sotto/node/errors'
import { expect } from 'chai'
import fc from 'fast-check'
import { connectControl, speak } from '../../src/remote/client.ts'
import { MAX_CREDIT, MAX_REQUEST_BYTES, MAX_STREAMS } from '../../src/remote/limits.ts'
import { METHODS } from '../../src/remote/methods.ts'
import { isPrivate, prepareSocket, readPointer, socketName } from '../../src/remote/place.ts'
import { serveControl } from '../../src/remote/server.ts'
import { ALICE, BOB, DEVICE } from '../support/actor.ts'
import { station } from '../support/control.ts'
import { temporaryDirectory } from '../support/profile.ts'
import type { Control } from '../../src/remote/client.ts'
import type { Station } from '../support/control.ts'
import type { MessageId, NodeEvent } from '@sotto/node'

const rpc = (id: unknown, method: string, params: object = {}): object => ({ jsonrpc: '2.0', id, method, params })

async function refusal (promise: Promise<unknown>): Promise<NodeError> {
  try {
    await promise
  } catch (error) {
    expect(error).to.be.instanceOf(NodeError)
    return error as NodeError
  }
  throw new Error('it did not fail')
}

describe('the control socket', () => {
  let alice: Station
  let control: Control

  beforeEach(async () => {
    alice = await station()
    alice.actor.contactsByName.set('bob', { id: BOB, name: 'bob', profileName: '', note: '', state: 'accepted', verified: false, blocked: false, devicesChanged: false, devices: [DEVICE] })
    const connected = await connectControl(alice.profile)
    if (connected === undefined) throw new Error('nobody listens')
    control = connected
  })

  afterEach(async () => {
    control.close()
    await alice.close()
  })

  it('CTL-1: lies in a directory that only its user can enter, under a short name', () => {
    expect(statSync(dirname(alice.server.path)).mode & 0o777).to.equal(0o700)
    expect(statSync(alice.server.path).mode & 0o777).to.equal(0o600)
    expect(dirname(alice.server.path)).to.equal(join(alice.env.XDG_RUNTIME_DIR ?? '', 'sotto'))
    expect(alice.server.path.length).to.be.below(104)
    expect(readPointer(alice.profile)).to.equal(alice.server.path)
  })

  it('CTL-1: a client does not speak to a socket that others could have put there', async () => {
    chmodSync(dirname(alice.server.path), 0o777)
    expect(isPrivate(dirname(alice.server.path))).to.equal(false)
    expect(await connectControl(alice.profile)).to.equal(undefined)
    chmodSync(dirname(alice.server.path), 0o700)
  })

  it('CTL-1: finds another private place where the first path is too long', () => {
    const { path, remove } = temporaryDirectory()
    const long = join(path, 'x'.repeat(90))
    mkdirSync(long)
    const socket = prepareSocket(alice.profile, { XDG_RUNTIME_DIR: long })
    expect(socket.length).to.be.below(104)
    expect(isPrivate(dirname(socket))).to.equal(true)
    remove()
  })

  it('CTL-1: has the same name for a profile by whichever path', () => {
    expect(socketName(join(alice.profile, '..', 'profile'))).to.equal(socketName(alice.profile))
    expect(socketName(`${alice.profile}2`)).not.to.equal(socketName(alice.profile))
  })

  it('CTL-2: takes one JSON-RPC message per line, with parameters by name, however it is cut', async () => {
    const raw = await alice.raw()
    const line = `${JSON.stringify(rpc(7, 'contacts.show', { who: 'bob' }))}\n`
    for (const character of line) raw.write(character)
    expect(await raw.next()).to.deep.include({ jsonrpc: '2.0', id: 7 }).and.have.nested.property('result.name', 'bob')
    raw.write(`${JSON.stringify(rpc('a', 'self'))}\n\n${JSON.stringify(rpc('b', 'self'))}\n`)
    expect([(await raw.next())?.id, (await raw.next())?.id]).to.deep.equal(['a', 'b'])
    expect(await raw.call(8, 'contacts.show', ['bob'])).to.have.nested.property('error.code', -32602)
  })

  it('CTL-3: a second node does not take the socket of one that answers', async () => {
    const error = await refusal(serveControl({ messenger: alice.actor, profile: alice.profile, hello: control.hello, onStop: () => {}, env: alice.env }))
    expect(error.code).to.equal('ALREADY_RUNNING')
    expect(await control.messenger.self()).to.include({ id: ALICE })
  })

  it('CTL-3: what a killed node left behind is no resident, and is replaced', async () => {
    const { path, remove } = temporaryDirectory()
    const profile = join(path, 'profile')
    mkdirSync(profile)
    const env = { XDG_RUNTIME_DIR: path }
    const left = prepareSocket(profile, env)
    writeFileSync(left, '') // nobody listens
    writeFileSync(join(profile, 'control'), `${left}\n`)
    expect(await connectControl(profile)).to.equal(undefined)
    const server = await serveControl({ messenger: alice.actor, profile, hello: control.hello, onStop: () => {}, env })
    const again = await connectControl(profile)
    expect(again?.hello.id).to.equal(ALICE)
    again?.close()
    await server.close()
    expect(existsSync(server.path)).to.equal(false)
    expect(await connectControl(profile)).to.equal(undefined)
    remove()
  })

  it('CTL-4: a line that is no JSON, or no JSON-RPC, ends that connection with a reason, and no other', async () => {
    const bad: Array<[string, number]> = [
      ['hello\n', -32700],
      ['{"jsonrpc":"2.0",\n', -32700],
      ['[]\n', -32600],
      ['null\n', -32600],
      ['{"jsonrpc":"1.0","id":1,"method":"self"}\n', -32600],
      ['{"jsonrpc":"2.0","id":{},"method":"self"}\n', -32600],
      ['{"jsonrpc":"2.0","id":1.5,"method":"self"}\n', -32600],
      ['{"jsonrpc":"2.0","method":"$/cancelRequest"}\n', -32600],
      ['{"jsonrpc":"2.0","id":1,"method":"self","params":3}\n', -32600],
      ['{"jsonrpc":"2.0"}\n', -32600],
      [`{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(100)}"}\n`, -32600],
      [`${' '.repeat(MAX_REQUEST_BYTES + 1)}\n`, -32600],
      ['x'.repeat(MAX_REQUEST_BYTES + 1), -32600]
    ]
    for (const [bytes, code] of bad) {
      const raw = await alice.raw()
      raw.write(bytes)
      expect(await raw.next(), bytes.slice(0, 60)).to.deep.include({ id: null }).and.have.nested.property('error.code', code)
      await raw.closed()
    }
    expect(await control.messenger.self()).to.include({ id: ALICE })
  })

  it('CTL-4: no bytes of a client end the node (fuzz)', async () => {
    const message = fc.record({
      jsonrpc: fc.constantFrom('2.0', '1.0', 2, undefined),
      id: fc.oneof(fc.integer(), fc.string(), fc.constantFrom(null, undefined, {}, [], 1e300, '__proto__')),
      method: fc.oneof(fc.constantFrom(...Object.keys(METHODS), 'control.hello', 'control.credit', '$/cancelRequest', '$/progress', '$/setTrace', '__proto__', 'constructor', 'contacts', 'contacts.'), fc.string(), fc.constantFrom(undefined, 5)),
      params: fc.oneof(fc.object(), fc.array(fc.anything()), fc.constantFrom(undefined, null, 'x'), fc.record({ who: fc.anything(), text: fc.anything(), token: fc.anything(), id: fc.anything(), credit: fc.anything(), partialResultToken: fc.anything() }))
    }, { requiredKeys: [] })
    const line = fc.oneof(message.map(value => JSON.stringify(value)), fc.json(), fc.string(), fc.string({ unit: 'binary' }))
    await fc.assert(fc.asyncProperty(fc.array(line, { maxLength: 6 }), async lines => {
      const raw = await alice.raw()
      raw.write(lines.map(line => `${line}\n`).join(''))
      raw.write('{"jsonrpc":"2.0","id":"last","method":"no.such"}\n')
      for (;;) {
        const answer = await raw.next()
        if (answer === undefined || answer.id === 'last' || answer.id === null) break
      }
      raw.close()
    }), { numRuns: 150 })
    expect(await control.messenger.self()).to.include({ id: ALICE })
  })

  it('CTL-5: arguments are validated before anything acts on them', async () => {
    const raw = await alice.raw()
    const wrong: Array<[string, object]> = [
      ['contacts.show', {}],
      ['contacts.show', { who: 5 }],
      ['contacts.show', { who: 'x'.repeat(9000) }],
      ['conversations.send', { who: 'bob' }],
      ['conversations.send', { who: 'bob', text: { evil: true } }],
      ['conversations.wait', { message: 'm', state: 'soon' }],
      ['conversations.history', { who: 'bob', limit: -1 }],
      ['conversations.history', { who: 'bob', limit: 1.5 }],
      ['conversations.typing', { who: 'bob', active: 'yes' }],
      ['calls.start', { who: [] }],
      ['calls.start', { who: ['bob', 5] }],
      ['calls.start', { who: Array.from({ length: 17 }, () => 'bob') }],
      ['events', {}],
      ['events', { partialResultToken: 'p', credit: MAX_CREDIT + 1 }]
    ]
    for (const [at, [method, params]] of wrong.entries()) {
      const { error } = await raw.call(at, method, params)
      expect(error?.code, method).to.equal(-32602)
      expect(error?.data, method).to.deep.include({ name: 'UsageError', code: 'BAD_ARGUMENT' })
    }
    expect(alice.actor.asked).to.deep.equal([])
    for (const method of ['no.such', 'constructor', '__proto__', 'contacts', 'contacts.toString', 'send']) {
      expect((await raw.call(100, method)).error?.code, method).to.equal(-32601)
    }
  })

  it('CTL-6: errors come back as the same class with code, message and hint', async () => {
    const unknown = await refusal(control.messenger.contacts.show('eve'))
    expect(unknown).to.be.instanceOf(UsageError)
    expect(unknown).to.include({ code: 'UNKNOWN_CONTACT', hint: '`sotto contact list` shows everybody.' })
    const nobody = await refusal(control.messenger.conversations.wait((await control.messenger.conversations.send('bob', { text: 'x' })).message, 'stored'))
    expect(nobody).to.be.instanceOf(UnreachableError).and.include({ code: 'NO_MAILBOX' })
    expect(await refusal(control.messenger.phrase('moon'))).to.be.instanceOf(StoreError).and.include({ code: 'WRONG_PASSPHRASE' })
  })

  it('CTL-6: a defect of the node tells its kind, and none of its text', async () => {
    alice.actor.contacts.list = async () => { throw new TypeError('secret plaintext') }
    const error = await refusal(control.messenger.contacts.list())
    expect(error.code).to.equal('INTERNAL')
    expect(error.message).to.contain('TypeError').and.not.contain('secret')
  })

  it('CTL-7: cancelling aborts the call in the node', async () => {
    const { message } = await control.messenger.conversations.send('bob', { text: 'x' })
    const abort = new AbortController()
    let seen: AbortSignal | undefined
    alice.actor.conversations.wait = async (_message, _state, options) => await new Promise((_resolve, reject) => {
      seen = options?.signal
      seen?.addEventListener('abort', () => { reject(new UsageError('ABORTED', 'The client cancelled.')) })
      abort.abort()
    })
    expect(await refusal(control.messenger.conversations.wait(message, 'read', { signal: abort.signal }))).to.include({ code: 'ABORTED' })
    expect(seen?.aborted).to.equal(true)
  })

  it('CTL-7: a signal that runs out of time is told as TIMEOUT, also where the node says nothing', async () => {
    const { message } = await control.messenger.conversations.send('bob', { text: 'x' })
    expect(await refusal(control.messenger.conversations.wait(message, 'read', { signal: AbortSignal.timeout(20) }))).to.include({ code: 'TIMEOUT' })
    alice.actor.conversations.flushed = async () => { await new Promise(() => {}) }
    expect(await refusal(control.messenger.conversations.flushed({ signal: AbortSignal.timeout(20) }))).to.include({ code: 'TIMEOUT' })
    expect(await refusal(control.messenger.self({ signal: AbortSignal.abort() }))).to.include({ code: 'ABORTED' })
  })

  it('CTL-7: the end of a connection aborts what it had under way', async () => {
    const aborted = new Promise<void>(resolve => {
      alice.actor.conversations.flushed = async options => await new Promise((_resolve, reject) => {
        options?.signal?.addEventListener('abort', () => { resolve(); reject(new UsageError('ABORTED', 'gone')) })
        raw.close()
      })
    })
    const raw = await alice.raw()
    raw.send(rpc(1, 'conversations.flushed'))
    await aborted
  })

  it('CTL-8: a stream never has more items on the way than were granted', async () => {
    for (let at = 0; at < 50; at++) alice.actor.happen({ event: 'warning', text: String(at) })
    const raw = await alice.raw()
    raw.send(rpc(1, 'events', { since: '0', partialResultToken: 'p', credit: 3 }))
    for (let at = 0; at < 3; at++) expect(await raw.next()).to.have.nested.property('params.value.0.text', String(at))
    await raw.call(2, 'self') // everything that was on the way has come
    expect(raw.waiting).to.equal(0)
    raw.send({ jsonrpc: '2.0', method: 'control.credit', params: { token: 'p', credit: 2 } })
    for (let at = 3; at < 5; at++) expect(await raw.next()).to.have.nested.property('params.value.0.text', String(at))
    await raw.call(3, 'self')
    expect(raw.waiting).to.equal(0)
    for (const credit of [-1, 1.5, 'many', null]) raw.send({ jsonrpc: '2.0', method: 'control.credit', params: { token: 'p', credit } })
    await raw.call(4, 'self')
    expect(raw.waiting).to.equal(0)
    raw.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } })
    expect(await raw.next()).to.deep.include({ id: 1 })
  })

  it('CTL-8: the client reads a long stream to its end, in order, and a break ends it in the node', async () => {
    for (let at = 0; at < 2000; at++) alice.actor.happen({ event: 'warning', text: String(at) })
    const seen: NodeEvent[] = []
    for await (const event of control.messenger.events({ since: '0' })) {
      seen.push(event)
      if (seen.length === 2000) break
    }
    expect(seen.map(event => event.cursor)).to.deep.equal(Array.from({ length: 2000 }, (_, at) => String(at + 1)))
    expect(await control.messenger.self()).to.include({ id: ALICE })
  })

  it('CTL-8: an aborted stream ends without an error; one whose node goes away ends with one', async () => {
    const abort = new AbortController()
    alice.actor.happen({ event: 'warning', text: 'x' })
    let count = 0
    for await (const event of control.messenger.events({ since: '0', signal: abort.signal })) {
      count += event.event === 'warning' ? 1 : 0
      abort.abort()
    }
    expect(count).to.equal(1)
    const stream = control.messenger.events({ since: '0' })[Symbol.asyncIterator]()
    await stream.next()
    const rest = refusal(stream.next())
    await alice.server.close()
    expect(await rest).to.include({ code: 'NOT_RUNNING' })
  })

  it('CTL-9: a list comes in parts where a token is given, whole where not, and is refused where it is too long', async () => {
    for (let at = 0; at < 400; at++) await alice.actor.conversations.send('bob', { text: 'x'.repeat(30_000), id: `m${1000 + at}` })
    const history = await control.messenger.conversations.history('bob')
    expect(history.map(message => message.id)).to.deep.equal(alice.actor.log.map(message => message.id)).and.to.have.length(400)
    expect(history.every(message => message.text.length === 30_000)).to.equal(true)
    const raw = await alice.raw()
    const refused = await raw.call(1, 'conversations.history', { who: 'bob' })
    expect(refused.error?.data).to.deep.include({ name: 'LimitError', code: 'LIMIT_EXCEEDED' })
    expect((await raw.call(2, 'conversations.history', { who: 'bob', limit: 2 })).result).to.have.length(2)
  })

  it('CTL-10: progress goes to the token of the call', async () => {
    const lines: string[] = []
    await control.messenger.contacts.add('sotto:bob', { onProgress: line => { lines.push(line) } })
    expect(lines).to.deep.equal(['Looking for them …'])
    const raw = await alice.raw()
    raw.send(rpc(1, 'contacts.add', { link: 'sotto:bob', workDoneToken: 'w' }))
    expect(await raw.next()).to.deep.include({ method: '$/progress', params: { token: 'w', value: 'Looking for them …' } })
  })

  it('CTL-11: clients, requests and streams above the limits are refused, and the others served', async () => {
    const small = await station({}, { maxClients: 2 })
    const [first, second, third] = [await small.raw(), await small.raw(), await small.raw()]
    await first.call(1, 'self')
    await second.call(1, 'self')
    expect(await third.next()).to.have.nested.property('error.data.code', 'LIMIT_EXCEEDED')
    await third.closed()
    first.close()
    await small.close()

    const raw = await alice.raw()
    for (let id = 0; id <= MAX_STREAMS; id++) raw.send(rpc(id, 'events', { partialResultToken: `p${id}`, credit: 1 }))
    expect(await raw.next()).to.deep.include({ id: MAX_STREAMS }).and.have.nested.property('error.data.code', 'LIMIT_EXCEEDED')
    expect(await raw.call(1000, 'self')).to.have.property('result')
    alice.actor.conversations.flushed = async options => await new Promise((_resolve, reject) => { options?.signal?.addEventListener('abort', () => { reject(new UsageError('ABORTED', 'x')) }) })
    for (let id = 2000; id < 3024; id++) raw.send(rpc(id, 'conversations.flushed'))
    expect(await raw.next()).to.have.nested.property('error.data.code', 'LIMIT_EXCEEDED')
    expect(await control.messenger.self()).to.include({ id: ALICE })
  })

  it('CTL-11: a client that asks and never reads does not fill the memory of the node', async () => {
    for (let at = 0; at < 100; at++) await alice.actor.conversations.send('bob', { text: 'x'.repeat(30_000), id: `m${1000 + at}` })
    const raw = await alice.raw()
    raw.pause()
    let asked = 0
    const history = alice.actor.conversations.history
    alice.actor.conversations.history = async (...args) => {
      asked++
      return await history(...args)
    }
    for (let id = 0; id < 500; id++) raw.send(rpc(id, 'conversations.history', { who: 'bob' }))
    await control.messenger.self()
    for (let round = 0; round < 50; round++) await control.messenger.self()
    expect(asked).to.be.below(500)
  })

  it('CTL-12: hello tells revision, version, process, profile and identity', async () => {
    expect(control.hello).to.deep.equal({ revision: 1, version: '1.2.3', pid: process.pid, profile: alice.profile, id: ALICE })
    const other = await station({}, { hello: { ...control.hello, revision: 99 } })
    expect((await refusal(connectControl(other.profile))).message).to.contain('revision 99')
    await other.close()
  })

  it('CTL-13: stop is asked for by a method, and the end of the connection tells that the node is gone', async () => {
    await control.stop()
    await control.messenger.self() // still there while it ends
    expect(alice.stops()).to.equal(1)
    const gone = control.closed
    await alice.server.close()
    await gone
    expect(await refusal(control.messenger.self())).to.include({ code: 'NOT_RUNNING' })
    expect(existsSync(join(alice.profile, 'control'))).to.equal(false)
  })

  it('CTL-14: a node that does not say hello is told as unreachable, not as absent', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sotto-cli-'))
    const silent = createServer(socket => { socket.resume() })
    const path = join(directory, 's')
    await new Promise<void>(resolve => { silent.listen(path, resolve) })
    const { connect } = await import('node:net')
    const socket = connect(path)
    expect(await refusal(speak(socket, undefined, 50))).to.include({ code: 'UNREACHABLE' })
    await new Promise<void>(resolve => { silent.close(() => { resolve() }) })
    rmSync(directory, { recursive: true })
  })

  it('offers every method of Messenger, with the arguments as given', async () => {
    const { messenger } = control
    for (const path of Object.keys(METHODS)) {
      const [first = '', second] = path.split('.')
      const target = (messenger as unknown as Record<string, unknown>)[first]
      expect(second === undefined ? target : (target as Record<string, unknown>)[second], path).to.be.a('function')
    }
    expect(await messenger.self({ invite: true })).to.have.property('link').that.contains('invite')
    expect(await messenger.rename('Alicia')).to.include({ name: 'Alicia' })
    const sent = await messenger.conversations.send('bob', { text: 'hi', id: 'one', replyTo: 'm0' as MessageId })
    expect(alice.actor.log.at(-1)).to.include({ text: 'hi', replyTo: 'm0', kind: 'reply' })
    expect(await messenger.conversations.edit(sent.message, 'ho')).to.include({ message: sent.message })
    expect(await messenger.conversations.history('bob', { limit: 1, search: 'ho' })).to.have.length(1)
    expect(await messenger.contacts.verify('bob', { confirm: true })).to.include({ verified: true })
    expect(await messenger.mailboxes.offer('bob', { bytes: 5 })).to.have.nested.property('grants[0].limit', 5)
    expect(await messenger.conversations.markRead('bob')).to.equal(undefined)
    expect(await messenger.requests.list()).to.deep.equal([])
    expect(await refusal(messenger.conversations.send('bob', { text: 'x'.repeat(40_000) }))).to.include({ code: 'TEXT_TOO_LONG' })
  })
})
