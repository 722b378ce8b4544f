import { readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { expect } from 'chai'
import { publicKeyOf, verify } from '../../packages/node/src/identity/ed25519.ts'
import { decodeBody, decodeEntry, decodeRun, directConversation, entryHash, messageId, runBytes } from './index.ts'

interface Vectors {
  identities: [string, string]
  conversation: string
  author: string
  leafSeed: string
  leafKey: string
  entries: Array<{ bytes: string, hash: string, id: string, body: { kind: string, text?: string, emoji?: string } }>
  run: { covered: string, signature: string, bytes: string }
  refused: Array<{ why: string, bytes: string }>
}

const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')) as Vectors

describe('vectors of message', () => {
  it('MSG-1, MSG-3, MSG-7: entries, their hashes, ids and bodies', () => {
    for (const { bytes, hash, id, body } of vectors.entries) {
      const entry = decodeEntry(hexToBytes(bytes))
      expect(bytesToHex(entryHash(hexToBytes(bytes)))).to.equal(hash)
      expect(messageId(hexToBytes(vectors.conversation), hexToBytes(vectors.author), entry?.sequence ?? 0)).to.equal(id)
      expect(decodeBody(entry?.kind ?? 0, entry?.body ?? new Uint8Array(0))).to.deep.include(body)
    }
  })

  it('MSG-4: the conversation of two people', () => {
    const [a, b] = vectors.identities
    expect(bytesToHex(directConversation(hexToBytes(b), hexToBytes(a)))).to.equal(vectors.conversation)
  })

  it('MSG-2: the run, and what its signature covers', async () => {
    const run = decodeRun(hexToBytes(vectors.run.bytes), 10_000)
    expect(run?.entries.map(({ bytes }) => bytesToHex(bytes))).to.deep.equal(vectors.entries.map(({ bytes }) => bytes))
    const covered = runBytes(hexToBytes(vectors.conversation), hexToBytes(vectors.entries.at(-1)!.hash))
    expect(bytesToHex(covered)).to.equal(vectors.run.covered)
    expect(bytesToHex(publicKeyOf(hexToBytes(vectors.leafSeed)))).to.equal(vectors.leafKey)
    expect(await verify(hexToBytes(vectors.leafKey), covered, hexToBytes(vectors.run.signature))).to.equal(true)
  })

  it('MSG-5, MSG-6: what is refused', () => {
    for (const { why, bytes } of vectors.refused) expect(decodeEntry(hexToBytes(bytes)), why).to.equal(undefined)
  })
})
