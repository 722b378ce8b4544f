import { readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { expect } from 'chai'
import { Chain, decodeReconcile, fingerprintOf, forkDigest } from './index.ts'

interface Vectors {
  conversation: string
  chains: Array<{ author: string, ranges: Array<{ from: number, to: number, hash: string }>, fork?: { sequence: number, hashes: string[] }, encoded: string }>
  fingerprint: string
  messages: Array<{ what: string, bytes: string }>
  refused: Array<{ why: string, bytes: string }>
}

const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')) as Vectors

describe('vectors of sync', () => {
  const chains = vectors.chains.map(({ author, ranges, fork }): Chain => ({
    author: hexToBytes(author),
    ranges: ranges.map(({ from, to, hash }) => ({ from, to, hash: hexToBytes(hash) })),
    ...(fork === undefined ? {} : { fork: { sequence: fork.sequence, digest: forkDigest(fork.hashes.map(hexToBytes)) } })
  }))

  it('SYN-9, SYN-13: chains, one of them with a fork', () => {
    expect(chains.map(chain => bytesToHex(Chain.encode(chain)))).to.deep.equal(vectors.chains.map(({ encoded }) => encoded))
  })

  it('SYN-10: the fingerprint of a span', () => {
    expect(bytesToHex(fingerprintOf(hexToBytes(vectors.conversation), chains))).to.equal(vectors.fingerprint)
  })

  it('SYN-11: messages, and what is refused', () => {
    for (const { what, bytes } of vectors.messages) expect(decodeReconcile(hexToBytes(bytes)), what).to.not.equal(undefined)
    for (const { why, bytes } of vectors.refused) expect(decodeReconcile(hexToBytes(bytes)), why).to.equal(undefined)
  })
})
