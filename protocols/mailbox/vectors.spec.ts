import { readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { expect } from 'chai'
import { publicKeyOf, verify } from '../../packages/node/src/identity/ed25519.ts'
import { verifiedHead, verifiedReceipt } from '../../packages/node/src/mailbox/verified.ts'
import { labelled } from '../common/index.ts'
import { ackBytes, chain, decodeRequest, delBytes, genesis, getBytes, hashOf, itemsDigest, newBytes, putBytes, slotOf } from './index.ts'

const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'))
const bytes = (name: string): Uint8Array => hexToBytes(vectors[name])
const { mailbox, time } = vectors
const items: Array<{ id: Uint8Array, hash: Uint8Array, bytes: Uint8Array }> = vectors.items.map(({ id, bytes: content }: { id: string, bytes: string }) => ({
  id: hexToBytes(id), bytes: hexToBytes(content), hash: hashOf(hexToBytes(content))
}))

/** The mailbox's key, without a network. */
const network = { verify: async (peerId: string, covered: Uint8Array, signature: Uint8Array): Promise<boolean> => peerId === mailbox && verify(publicKeyOf(bytes('mailboxSeed')), covered, signature) }

describe('vectors of mailbox', () => {
  it('MBX-8: the chain, a receipt and a head', async () => {
    let head = genesis(bytes('queue'))
    expect(bytesToHex(head)).to.equal(vectors.heads[0])
    for (const [index, { hash, id }] of items.entries()) {
      head = chain(head, { position: index + 1, hash, id, time })
      expect(bytesToHex(head)).to.equal(vectors.heads[index + 1])
    }
    expect(bytesToHex(itemsDigest(items))).to.equal(vectors.digest)
    expect(await verifiedReceipt(network, mailbox, bytes('receipt'))).to.deep.equal({ queue: bytes('queue'), position: 2, head, items: bytes('digest'), time, expires: time + 2592000000 })
    expect(await verifiedHead(network, mailbox, bytes('head'))).to.deep.equal({ queue: bytes('queue'), position: 2, head, time })
    // the one is not taken for the other
    expect(await verifiedHead(network, mailbox, bytes('receipt'))).to.equal(undefined)
    expect(await verifiedReceipt(network, mailbox, bytes('head'))).to.equal(undefined)
  })

  it('MBX-2: what the read key signs', async () => {
    const [queue, nonce, readKey, slot] = [bytes('queue'), bytes('nonce'), publicKeyOf(bytes('readSeed')), bytes('slot')]
    expect(slotOf(bytes('device'), queue)).to.deep.equal(slot)
    const signed = {
      new: newBytes(mailbox, nonce, { queue, readKey, writeKey: publicKeyOf(bytes('writeSeed')), grant: bytes('grant') }),
      get: getBytes(mailbox, nonce, { queue, slot, after: 1, maxBytes: 65536, subscribe: true }),
      ack: ackBytes(mailbox, nonce, { queue, slot, position: 2 }),
      del: delBytes(mailbox, nonce, { queue })
    }
    for (const [name, covered] of Object.entries(signed)) {
      expect(bytesToHex(covered), name).to.equal(vectors[name].signed)
      expect(await verify(readKey, covered, hexToBytes(vectors[name].signature)), name).to.equal(true)
    }
  })

  it('MBX-3: a PUT, byte by byte', async () => {
    const put = decodeRequest(hexToBytes(vectors.put.frame))?.put
    expect(put?.items).to.deep.equal(items.map(({ id, bytes: content }) => ({ id, bytes: content })))
    const covered = putBytes(mailbox, bytes('queue'), itemsDigest(items))
    expect(bytesToHex(covered)).to.equal(vectors.put.signed)
    expect(await verify(publicKeyOf(bytes('writeSeed')), covered, put!.signature)).to.equal(true)
    expect(labelled('mailbox/put').byteLength).to.equal(20)
  })

  it('MBX-1: what is no request', () => {
    for (const frame of vectors.malformed) expect(decodeRequest(hexToBytes(frame)), frame.slice(0, 20)).to.equal(undefined)
  })
})
