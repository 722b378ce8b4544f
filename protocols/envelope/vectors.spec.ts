import { readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { expect } from 'chai'
import { envelopeName, unwrap, wrap } from '../../packages/node/src/delivery/envelope.ts'
import { Body, Frame } from './index.ts'
import type { Kind } from './index.ts'

interface Vectors {
  wrapKey: string
  device: string
  branch: string
  /** the message is `length` bytes that count up; `body` is the beginning of the encoded Body */
  envelopes: Array<{ kind: Kind, number: number, length: number, name: string, body: string, id: string, bytes: string }>
  frames: { hello: string, deliver: string, credit: string }
}

const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')) as Vectors

describe('vectors of envelope', () => {
  it('ENV-1, ENV-2, ENV-3, ENV-4: envelopes, byte by byte', () => {
    const branch = hexToBytes(vectors.branch)
    for (const { kind, number, length, name, body, id, bytes } of vectors.envelopes) {
      const made: Body = { kind, branch, bytes: Uint8Array.from({ length }, (_, i) => i & 0xff), part: 0, parts: 0, digest: new Uint8Array(0) }
      expect(bytesToHex(envelopeName(hexToBytes(vectors.device), number, branch))).to.equal(name)
      expect(bytesToHex(Body.encode(made)).slice(0, body.length)).to.equal(body)
      const wrapped = wrap(hexToBytes(vectors.wrapKey), hexToBytes(name), made)
      expect([bytesToHex(wrapped.id), bytesToHex(wrapped.bytes)]).to.deep.equal([id, bytes])
      expect(unwrap(hexToBytes(vectors.wrapKey), hexToBytes(bytes))).to.deep.equal(made)
    }
  })

  it('ENV-6: frames of the direct stream', () => {
    const { hello, deliver, credit } = vectors.frames
    expect(Frame.decode(hexToBytes(hello)).hello).to.deep.equal({ version: 1, window: 64 })
    expect(Frame.decode(hexToBytes(deliver)).deliver).to.deep.equal({ number: 7, queue: hexToBytes(vectors.branch), envelope: Uint8Array.of(1, 2, 3) })
    expect(Frame.decode(hexToBytes(credit)).credit).to.deep.equal({ handled: 7 })
  })
})
