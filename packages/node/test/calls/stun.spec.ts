import { hexToBytes } from '@noble/hashes/utils.js'
import { parseStunAddress } from '@sotto/protocols/call'
import { Announcement } from '@sotto/protocols/session'
import { expect } from 'chai'
import { stunOf } from '../../src/calls-host.ts'
import { answerBinding, MAX_STUN_BYTES } from '../../src/calls/stun.ts'

/** A binding request without attributes, with the transaction of RFC 5769 §2. */
const REQUEST = hexToBytes('000100002112a442b7e7a701bc34d686fa87dfae')

function request (attributes: string): Uint8Array {
  const body = hexToBytes(attributes)
  const bytes = Uint8Array.from([...REQUEST, ...body])
  bytes[3] = body.byteLength
  return bytes
}

describe('how a caller learns how they are seen', () => {
  it('CALL-12: a binding request is answered with the address that it came from (RFC 5769 §2.2, §2.3)', () => {
    expect(answerBinding(REQUEST, '192.0.2.1', 32_853)).to.deep.equal(hexToBytes('0101000c2112a442b7e7a701bc34d686fa87dfae002000080001a147e112a643'))
    expect(answerBinding(REQUEST, '::ffff:192.0.2.1', 32_853)).to.deep.equal(answerBinding(REQUEST, '192.0.2.1', 32_853))
    expect(answerBinding(REQUEST, '2001:db8:1234:5678:11:2233:4455:6677', 32_853)).to.deep.equal(hexToBytes('010100182112a442b7e7a701bc34d686fa87dfae002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9'))
    expect(answerBinding(request('8022000374657374'), '192.0.2.1', 1)).to.have.length(32) // SOFTWARE, padded
  })

  it('CALL-12: what is no such request, or demands more, is answered by nothing', () => {
    const changed = (at: number, byte: number): Uint8Array => REQUEST.with(at, byte)
    const wrong = [REQUEST.subarray(1), new Uint8Array(0), changed(0, 1), changed(1, 3), changed(4, 0), changed(3, 4), request('0006000474657374'), request('802200ff74657374'), new Uint8Array(MAX_STUN_BYTES + 4)]
    for (const bytes of wrong) expect(answerBinding(bytes, '192.0.2.1', 1)).to.equal(undefined)
    for (const address of ['', 'fe80::1%eth0', '1.2.3.400', '1::2::3', '1:2:3']) expect(answerBinding(REQUEST, address, 1), address).to.equal(undefined)
  })

  it('CALL-12: of what the two announced few places are asked, none that somebody would have to look up, and on loopback no other', () => {
    const none = new Uint8Array(0)
    const said = (...stun: string[]): Uint8Array => Announcement.encode({ revision: 1, direct: [], queues: [], grant: none, grantAddresses: [], stun })
    const urls = (...announcements: Uint8Array[]): string[] => stunOf(announcements, false).map(({ url }) => url)
    expect(urls(said('192.0.2.1:4001', 'evil.example:3478', '192.0.2.1:0', '192.0.2.1:70000'), said('[2001:db8::1]:4001', '192.0.2.1:4001'), none)).to.deep.equal(['stun:192.0.2.1:4001', 'stun:[2001:db8::1]:4001'])
    expect(urls(said('192.0.2.1:1', '192.0.2.2:1', '192.0.2.3:1', '192.0.2.4:1'))).to.have.length(3)
    expect(stunOf([said('192.0.2.1:1', '127.0.0.1:1')], true)).to.deep.equal([{ url: 'stun:127.0.0.1:1' }])
    for (const wrong of ['224.0.0.1:1', '255.255.255.255:1', '0.0.0.0:1', '1.2.3.4', 'stun:1.2.3.4:1', '1.2.3.4:1?transport=tcp', '[::1', '256.1.1.1:1', '[::]:1', '[ff02::1]:1', '[::ffff:e000:1]:1', '1.2.3.4:0']) expect(parseStunAddress(wrong), wrong).to.equal(undefined)
  })
})
