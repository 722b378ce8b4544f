import { readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { expect } from 'chai'
import { formatCode, parseCode } from '../../src/devices/code.ts'
import { pairingId, pairingKeys } from '../../src/devices/handshake.ts'

interface Vectors {
  code: { identity: string, secret: string, addresses: string[], text: string }
  keys: { secret: string, guest: string, host: string, guestNonce: string, hostNonce: string, id: string, hostProof: string, guestProof: string, askKey: string, grantKey: string, linkKey: string }
}

const vectors = JSON.parse(readFileSync(new URL('../../../../protocols/pairing/vectors.json', import.meta.url), 'utf8')) as Vectors

describe('the vectors of pairing', () => {
  it('PAIR-1: a code is written and read as they say', () => {
    const { identity, secret, addresses, text } = vectors.code
    const code = { identity: hexToBytes(identity), secret: hexToBytes(secret), addresses }
    expect(formatCode(code)).to.equal(text)
    expect(parseCode(text)).to.deep.equal(code)
  })

  it('PAIR-3: proofs and keys are those that they give', () => {
    const { secret, guest, host, guestNonce, hostNonce, id, ...expected } = vectors.keys
    const { transcript, ...keys } = pairingKeys(hexToBytes(secret), { guest, host, guestNonce: hexToBytes(guestNonce), hostNonce: hexToBytes(hostNonce) })
    expect(transcript.byteLength).to.be.above(100)
    expect(Object.fromEntries(Object.entries(keys).map(([name, bytes]) => [name, bytesToHex(bytes)]))).to.deep.equal(expected)
    expect(bytesToHex(pairingId(hexToBytes(secret)))).to.equal(id)
  })
})
