import { expect } from 'chai'
import fc from 'fast-check'
import { candidateType, decodeSignal, isDescription, isNamed, MAX_CANDIDATES, MAX_SDP_LENGTH, MAX_SECTIONS, MAX_SIGNALS_PER_CALL, Reason, Signal, withoutCandidates } from './index.ts'

const FINGERPRINT = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`
const sdp = (...lines: string[]): string => ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', ...lines, ''].join('\r\n')
const call = new Uint8Array(16).fill(7)
const host = 'candidate:1 1 UDP 2122317823 192.168.1.7 50000 typ host'
const signal = (step: Partial<Signal>): Uint8Array => Signal.encode({ call, number: 1, to: new Uint8Array(0), ...step })

describe('signals of a call', () => {
  it('CALL-1: what fits is read; what is too long, too much or ambiguous is not', () => {
    expect(decodeSignal(signal({ ringing: {} }))?.ringing).to.deep.equal({})
    const refused: Array<[string, Uint8Array]> = [
      ['no step', signal({})],
      ['two steps', signal({ ringing: {}, end: { reason: Reason.BUSY } })],
      ['a short name', signal({ call: call.subarray(1), ringing: {} })],
      ['number 0', signal({ number: 0, ringing: {} })],
      ['too high a number', signal({ number: MAX_SIGNALS_PER_CALL + 1, ringing: {} })],
      ['a short device', signal({ to: new Uint8Array(15), ringing: {} })],
      ['another short device', signal({ answered: { device: new Uint8Array(15) } })],
      ['too long a description', signal({ invite: { sdp: sdp(FINGERPRINT, 'a='.padEnd(MAX_SDP_LENGTH, 'x')), tracks: { audio: true, video: false, screen: false }, others: [], joining: false, again: false } })],
      ['too many candidates', signal({ candidates: { candidates: Array.from({ length: MAX_CANDIDATES + 1 }, () => ({ candidate: host, mid: '0' })) } })],
      ['no candidate', signal({ candidates: { candidates: [{ candidate: 'candidate:1 1 UDP <script>', mid: '0' }] } })],
      ['33 KiB', new Uint8Array(33 * 1024)]
    ]
    for (const [why, bytes] of refused) expect(decodeSignal(bytes), why).to.equal(undefined)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => { decodeSignal(bytes) })) // throws nothing
  })

  it('CALL-14: an invitation names six others at most, each once; so does the word of who was added', () => {
    const people = Array.from({ length: 7 }, (_, n) => new Uint8Array(32).fill(n))
    const invite = (others: Uint8Array[]): NonNullable<Signal['invite']> => ({ sdp: sdp(FINGERPRINT), tracks: { audio: true, video: false, screen: false }, others, joining: false, again: false })
    for (const said of [(others: Uint8Array[]) => signal({ invite: invite(others) }), (people: Uint8Array[]) => signal({ members: { people } })]) {
      expect(decodeSignal(said(people.slice(1)))).to.not.equal(undefined)
      expect(decodeSignal(said([]))).to.not.equal(undefined)
      for (const wrong of [people, [...people.slice(0, 2), new Uint8Array(32)], [new Uint8Array(31)], Array.from({ length: 500 }, (_, n) => new Uint8Array(32).fill(n))]) expect(decodeSignal(said(wrong))).to.equal(undefined)
    }
  })

  it('CALL-2: a description has one strong fingerprint and no candidate', () => {
    expect(isDescription(sdp(FINGERPRINT))).to.equal(true)
    expect(isDescription(sdp(FINGERPRINT, 'm=audio 9 UDP/TLS/RTP/SAVPF 111', FINGERPRINT)), 'the same one for each track').to.equal(true)
    for (const text of [sdp(), sdp(FINGERPRINT, FINGERPRINT.replace('AB', 'AC')), sdp('a=fingerprint:sha-1 AB:AB'), sdp(FINGERPRINT, `a=${host}`), sdp(FINGERPRINT, 's=\u202e'), '']) {
      expect(isDescription(text), text).to.equal(false)
    }
    expect(isDescription(withoutCandidates(sdp(FINGERPRINT, `a=${host}`, 'a=end-of-candidates')))).to.equal(true)
  })

  it('CALL-2: it has sound and pictures alone, in eight sections at most, and addresses where addresses belong', () => {
    const audio = 'm=audio 9 UDP/TLS/RTP/SAVPF 111 63'
    const video = 'm=video 0 UDP/TLS/RTP/SAVPF 0'
    const fits = [audio, 'c=IN IP4 0.0.0.0', 'a=rtcp:9 IN IP4 0.0.0.0', 'a=rtcp:9', video, 'c=IN IP6 ::']
    expect(isDescription(sdp(FINGERPRINT, ...fits))).to.equal(true)
    expect(isDescription(sdp(FINGERPRINT, ...Array.from({ length: MAX_SECTIONS }, () => video)))).to.equal(true)
    expect(isDescription(sdp(FINGERPRINT, ...Array.from({ length: MAX_SECTIONS + 1 }, () => video)))).to.equal(false)
    const wrong = [
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'm=application 9 UDP/TLS/RTP/SAVPF 111', 'M=application 9 UDP/DTLS/SCTP x', ' m=application 9 UDP/DTLS/SCTP x', '\rm=application 9 UDP/DTLS/SCTP x',
      'm=', 'm=audio', 'm=audio 9 RTP/AVP 0', 'm=audio 9 TCP/TLS/RTP/SAVPF 0', 'm=audio 9 UDP/TLS/RTP/SAVPF', 'm=text 9 UDP/TLS/RTP/SAVPF 98', 'c=IN IP4 example.org', 'c=IN  IP4 example.org', 'c=x', 'a=rtcp:9 IN IP4 example.org',
      'o=- 1 2 IN IP4 example.org', 'a=remote-candidates:1 192.0.2.1 9', 'A=x'
    ]
    for (const line of wrong) expect(isDescription(sdp(FINGERPRINT, audio, line)), line).to.equal(false)
  })

  it('CALL-1: a candidate has the address of one device, or the name that a browser makes of it, and never one that is asked for', () => {
    const at = (address: string, port = '9', more = ''): string => `candidate:1 1 udp 1 ${address} ${port} typ srflx${more}`
    const local = '83c0adfa-97f2-49c0-af07-deb9340ee710.local'
    const fits = [at('192.0.2.1'), at('2001:db8::1'), at('::1'), at('fe80::1:2'), at('1:2:3:4:5:6:7:8'), at(local), at('10.0.0.1', '65535', ' raddr 0.0.0.0 rport 0 generation 0 ufrag abcd network-cost 999'), at('10.0.0.1', '1', ' raddr :: rport 9'), `${at('10.0.0.1').replace('udp', 'tcp')} tcptype active`]
    for (const candidate of fits) expect(candidateType(candidate), candidate).to.equal('srflx')
    const addresses = ['example.org', 'localhost', 'x.local', `x.${local}`, `${local}.example.org`, '2130706433', '127.1', '010.0.0.1', '0x7f.0.0.1', '256.0.0.1', '1.2.3.4.', '1.2.3.4.5', 'fe80::1%eth0', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', ':::',
      '0.0.0.0', '0.1.2.3', '224.0.0.251', '239.255.255.250', '240.0.0.1', '255.255.255.255', '::', 'ff02::fb', '::ffff:224.0.0.1', '::ffff:e000:1', '::7f00:1']
    for (const address of addresses) expect(candidateType(at(address)), address).to.equal(undefined)
    for (const port of ['0', '65536', '-1', '99999999999']) expect(candidateType(at('192.0.2.1', port)), port).to.equal(undefined)
    for (const more of [' raddr example.org rport 9', ` raddr ${local} rport 9`, ' raddr 10.0.0.1 rport 65536', ' raddr 10.0.0.1', ' generation 0 raddr example.org rport 9', ' x']) expect(candidateType(at('192.0.2.1', '9', more)), more).to.equal(undefined)
    expect([at(local), at('192.0.2.1')].map(isNamed)).to.deep.equal([true, false])
  })

  it('CALL-8: how a candidate was found is read from it', () => {
    expect(candidateType(host)).to.equal('host')
    expect(candidateType('candidate:2 1 udp 1 203.0.113.1 9 typ relay raddr 10.0.0.1 rport 8')).to.equal('relay')
    expect(candidateType('a=candidate')).to.equal(undefined)
  })
})
