import { expect } from 'chai'
import fc from 'fast-check'
import { sha256 } from '@noble/hashes/sha2.js'
import { base64urlnopad } from '@scure/base'
import { multiaddr } from '@multiformats/multiaddr'
import { labelled } from '@sotto/protocols/common'
import { LinkBody, MAX_LINK_CHARACTERS } from '@sotto/protocols/identity'
import { concat } from 'uint8arrays/concat'
import { NodeError, UsageError } from '../../src/errors.ts'
import { formatId } from '../../src/identity/identity-id.ts'
import { checkWebHost, formatLink, formatWebLink, parseLink } from '../../src/identity/link.ts'
import { formatPeerId } from '../../src/network/peer-id.ts'

const peer = formatPeerId(new Uint8Array(32).fill(3))
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 })
const address = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat(65535)).map(([ip, port]) => `/ip4/${ip}/tcp/${port}/p2p/${peer}`),
  fc.tuple(fc.domain(), fc.nat(65535)).map(([domain, port]) => `/dns4/${domain}/tcp/${port}/wss/p2p/${peer}`),
  fc.nat(65535).map(port => `/ip6/2001:db8::1/tcp/${port}/ws/p2p/${peer}/p2p-circuit/p2p/${peer}`)
)
const links = fc.record({
  identity: keys,
  addresses: fc.array(address, { maxLength: 8 }),
  invite: fc.option(fc.uint8Array({ minLength: 1, maxLength: 200 }), { nil: undefined })
})

function failure (text: string): UsageError {
  try {
    parseLink(text)
  } catch (error) {
    expect(error).to.be.instanceOf(UsageError)
    expect((error as UsageError).code).to.equal('BAD_LINK')
    expect((error as UsageError).hint).to.be.a('string')
    return error as UsageError
  }
  throw new Error('it did not fail')
}

/** A link as something that is not Sotto might make it: whole, with any body. */
function forge (body: Uint8Array): string {
  return 'sotto:' + base64urlnopad.encode(concat([body, sha256(labelled('identity/link', body)).subarray(0, 4)]))
}

describe('link', () => {
  const identity = new Uint8Array(32).fill(9)
  const link = formatLink({ identity, addresses: [`/ip4/192.0.2.1/tcp/4001/p2p/${peer}`], invite: Uint8Array.of(1, 2, 3) })

  it('IDN-4: says on the other side what alice put in', () => {
    fc.assert(fc.property(links, init => {
      const text = formatLink(init)
      expect(text).to.match(/^sotto:[A-Za-z0-9_-]+$/)
      expect(text.length).to.be.at.most(MAX_LINK_CHARACTERS)
      const { addresses, ...rest } = parseLink(text)
      expect(rest).to.deep.equal({ identity: init.identity, invite: init.invite })
      expect(addresses).to.deep.equal(init.addresses.map(text => multiaddr(text).toString())) // an IPv6 address has one short form
    }))
  })

  it('IDN-4: is read through line wraps, quotation, a scheme in capitals, and from the fragment of a page', () => {
    const payload = link.slice('sotto:'.length)
    const wrapped = link.replace(/.{30}/g, '$&\n')
    const quoted = link.replace(/.{30}/g, '$&\r\n> ')
    for (const text of [` ${link}\n`, wrapped, quoted, `<${link}>`, `"${link}".`, `SOTTO:${payload}`, `sotto://${payload}`, `https://alice.example/add/#${payload}`, `https://alice.example/#sotto:${payload}`, `http://127.0.0.1:8080/?x=1#${payload}`, link.slice(0, 20) + '\u200b' + link.slice(20)]) {
      expect(parseLink(text).identity, text).to.deep.equal(identity)
    }
  })

  it('IDN-12: is read from the fragment of an https address, and of an http one on this machine alone', () => {
    const payload = link.slice('sotto:'.length)
    for (const host of ['https://chat.example/', 'https://chat.example:8443/talk/', 'http://127.0.0.1:8000/', 'http://[::1]/', 'http://localhost/', 'http://0123456789abcdef.localhost:1/']) {
      expect(parseLink(formatWebLink(checkWebHost(host), link)), host).to.deep.equal(parseLink(link))
      expect(parseLink(`${host}#${link}`), host).to.deep.equal(parseLink(link))
    }
    for (const host of ['http://chat.example/', 'HTTP://chat.example/', 'http://localhost.example/', 'http://127.0.0.1.example/', 'http://127.0.0.1@chat.example/', 'http://192.0.2.1/', 'http:///', 'http://']) {
      const { message, hint } = failure(`${host}#${payload}`)
      expect(message, host).to.include('anybody on the way')
      expect(hint).to.include('sotto:')
    }
    expect(failure(`ftp://chat.example/#${payload}`).message).to.include('not a link')
    expect(failure(`https://chat.example/${payload}`).message).to.include('not a link')
  })

  it('IDN-12: goes through a page with one address, which ends in a slash and has nothing beside it', () => {
    for (const [given, address] of [['https://chat.example', 'https://chat.example/'], ['https://Chat.example/talk', 'https://chat.example/talk/'], ['http://127.0.0.1:8000/', 'http://127.0.0.1:8000/']] as const) expect(checkWebHost(given)).to.equal(address)
    for (const bad of ['', 'chat.example', 'http://chat.example/', 'https://chat.example/?x', 'https://chat.example/#x', 'https://a:b@chat.example/', 'javascript:alert(1)', `https://chat.example/${'a'.repeat(300)}`]) {
      expect(() => checkWebHost(bad), bad).to.throw(NodeError, 'no address of a page').with.property('code', 'BAD_ARGUMENT')
    }
  })

  it('IDN-4: with any character wrong, missing or added anywhere is refused', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    fc.assert(fc.property(fc.integer({ min: 6, max: link.length - 1 }), fc.constantFrom(...alphabet), (at, character) => {
      const variants = [link.slice(0, at) + character + link.slice(at + 1), link.slice(0, at) + character + link.slice(at), link.slice(0, at) + link.slice(at + 1), link.slice(0, at)]
      for (const variant of variants) if (variant !== link) failure(variant)
    }), { numRuns: 500 })
    for (let length = 0; length < link.length; length++) failure(link.slice(0, length))
    expect(failure(link.slice(0, -3)).message).to.include('damaged')
  })

  it('IDN-4: never mistakes an id, an address or any other text for a link, and says what it is', () => {
    const id = formatId(identity)
    expect(failure(id).message).to.equal('this is an identity id, not a link')
    expect(failure(`sotto:${id}`).message).to.equal('this is an identity id, not a link')
    expect(failure(peer).message).to.include('device')
    expect(failure(`/ip4/127.0.0.1/tcp/1/p2p/${peer}`).message).to.include('device')
    expect(failure('https://example.org/').message).to.include('not a link')
    fc.assert(fc.property(fc.string(), text => { failure(text) }))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), bytes => { failure('sotto:' + base64urlnopad.encode(bytes)) }))
  })

  it('IDN-5: carries eight addresses at most, and refuses more, or what is no address of a device', () => {
    const nine = Array.from({ length: 9 }, (_, i) => `/ip4/192.0.2.${i}/tcp/1/p2p/${peer}`)
    expect(parseLink(formatLink({ identity, addresses: nine, invite: undefined })).addresses).to.deep.equal(nine.slice(0, 8))
    const body = (addresses: Uint8Array[], rest: Partial<LinkBody> = {}): Uint8Array => LinkBody.encode({ version: 1, identity, addresses, invite: new Uint8Array(), ...rest })
    const ok = multiaddr(nine[0]).bytes
    expect(parseLink(forge(body([ok]))).addresses).to.deep.equal([nine[0]])
    for (const bad of [
      body(nine.map(text => multiaddr(text).bytes)),
      body([multiaddr('/ip4/192.0.2.1/tcp/1').bytes]),
      body([multiaddr(`/p2p/${peer}/p2p-circuit`).bytes]),
      body([Uint8Array.of(255, 255, 255)]),
      body([new Uint8Array()]),
      body([ok], { identity: new Uint8Array(31) }),
      body([ok], { invite: new Uint8Array(257) }),
      body([ok], { version: 0 })
    ]) expect(failure(forge(bad)).message).to.include('does not say what a link must say')
    for (const addresses of [['nonsense'], ['/ip4/192.0.2.1/tcp/1']]) expect(() => formatLink({ identity, addresses, invite: undefined })).to.throw(NodeError, 'multiaddr')
  })

  it('IDN-5: shows no control characters from an address on a terminal', () => {
    const name = new TextEncoder().encode('a\u001b[2Jb')
    const hostile = concat([Uint8Array.of(54, name.byteLength), name, multiaddr(`/tcp/1/p2p/${peer}`).bytes])
    expect(failure(forge(LinkBody.encode({ version: 1, identity, addresses: [hostile], invite: new Uint8Array() }))).code).to.equal('BAD_LINK')
  })

  it('IDN-5: is at most 2,048 characters, and a longer text is refused unread', () => {
    const long = Array.from({ length: 8 }, (_, i) => `/dns4/${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${i}.example/tcp/1/wss/p2p/${peer}`)
    expect(() => formatLink({ identity, addresses: long, invite: undefined })).to.throw(NodeError, 'too long')
    expect(failure('sotto:' + 'A'.repeat(2048)).message).to.include('longer than 2048')
    expect(failure('sotto:' + ' '.repeat(9000)).message).to.include('too long')
  })

  it('IDN-6: made by a later version asks for an update, and fields that are not known are passed over', () => {
    const body = LinkBody.encode({ version: 1, identity, addresses: [], invite: new Uint8Array() })
    expect(parseLink(forge(concat([body, Uint8Array.of(0x7a, 2, 1, 1)]))).identity).to.deep.equal(identity)
    const later = failure(forge(LinkBody.encode({ version: 2, identity, addresses: [], invite: new Uint8Array() })))
    expect(later.message).to.include('newer version')
    expect(later.hint).to.include('update')
  })
})
