import { readFileSync } from 'node:fs'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { expect } from 'chai'
import { publicKeyOf, sign, verify } from '../../packages/node/src/identity/ed25519.ts'
import { verifyInboxRecord } from '../../packages/node/src/introduction/record.ts'
import { kemPair, openRequest } from '../../packages/node/src/introduction/seal.ts'
import { cleanText, fetchParts, InviteToken, inviteBytes, inviteSeed, ownerBytes, sealedDigest, storedBytes, workBits } from './index.ts'

const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'))
const bytes = (name: string): Uint8Array => hexToBytes(vectors[name])

describe('vectors of introduction', () => {
  it('INT-1: the record of the vectors verifies and says what it should', async () => {
    const kem = await kemPair(bytes('kemSeed'))
    expect(bytesToHex(sha256(kem.publicKey))).to.equal(vectors.inboxKeyHash)
    const inbox = await verifyInboxRecord(bytes('record'), 0)
    expect(inbox?.inboxKey).to.deep.equal(kem.publicKey)
    expect(inbox?.sequence).to.equal(1767225600)
    expect(inbox?.places[0]?.addresses[0]).to.contain('/ip4/192.0.2.1/tcp/4001/p2p/12D3KooW')
  })

  it('INT-5: the sealed request opens, and INT-10: its work counts', async () => {
    const opened = await openRequest(bytes('sealed'), bytes('identity'), await kemPair(bytes('kemSeed')))
    expect(bytesToHex(opened!)).to.equal(vectors.request)
    expect(bytesToHex(sealedDigest(bytes('sealed')))).to.equal(vectors.digest)
    expect(workBits(bytes('identity'), bytes('digest'), vectors.work.nonce)).to.equal(vectors.work.bits)
  })

  it('INT-12: the invite token derives and verifies', async () => {
    const { secret, key, notAfter, token } = vectors.invite
    expect(bytesToHex(publicKeyOf(inviteSeed(hexToBytes(secret))))).to.equal(key)
    const covered = inviteBytes(bytes('identity'), hexToBytes(key), notAfter)
    expect(await verify(publicKeyOf(bytes('verifySeed')), covered, InviteToken.decode(hexToBytes(token)).signature)).to.equal(true)
    expect(bytesToHex(InviteToken.encode({ secret: hexToBytes(secret), notAfter, signature: await sign(bytes('verifySeed'), covered) }))).to.equal(token)
  })

  it('INT-13, INT-7: what is signed, byte by byte', () => {
    const { server, expires, covered } = vectors.stored
    expect(bytesToHex(storedBytes(server, bytes('identity'), bytes('digest'), expires))).to.equal(covered)
    const fetch = ownerBytes('fetch', hexToBytes(vectors.owner.nonce), server, ...fetchParts(bytes('identity'), 7, true))
    expect(bytesToHex(fetch)).to.equal(vectors.owner.covered)
  })

  it('INT-18: texts as they are shown', () => {
    for (const [given, shown] of vectors.text) expect(cleanText(given)).to.equal(shown)
  })
})
