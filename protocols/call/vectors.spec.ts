import { readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { expect } from 'chai'
import { candidateType, decodeSignal, isDescription, Signal } from './index.ts'

interface Vectors {
  call: string
  sdp: string
  candidate: string
  signals: Array<{ what: string, step: keyof Signal, to: string, bytes: string }>
  refused: Array<{ why: string, bytes: string }>
}

const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')) as Vectors

describe('vectors of call', () => {
  it('CALL-1: signals, byte for byte', () => {
    for (const { what, step, to, bytes } of vectors.signals) {
      const signal = decodeSignal(hexToBytes(bytes))
      expect(signal?.[step], what).to.not.equal(undefined)
      expect(bytesToHex(signal?.call ?? new Uint8Array(0)), what).to.equal(vectors.call)
      expect(bytesToHex(signal?.to ?? new Uint8Array(1)), what).to.equal(to)
      expect(bytesToHex(Signal.encode(signal ?? {})), what).to.equal(bytes)
    }
  })

  it('CALL-1, CALL-2, CALL-14: what is refused', () => {
    for (const { why, bytes } of vectors.refused) expect(decodeSignal(hexToBytes(bytes)), why).to.equal(undefined)
  })

  it('CALL-2, CALL-8: the description and the candidate in them', () => {
    expect(isDescription(vectors.sdp)).to.equal(true)
    expect(candidateType(vectors.candidate)).to.equal('host')
  })
})
