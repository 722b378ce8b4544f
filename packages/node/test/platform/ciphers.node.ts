import { expect } from 'chai'
import fc from 'fast-check'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { publicKeyOf } from '../../src/identity/ed25519.ts'
import { aesGcm as browserAesGcm } from '../../src/platform/browser-aes-gcm.ts'
import { browserCiphers } from '../../src/platform/browser-ciphers.ts'
import { aesGcm as nodeAesGcm } from '../../src/platform/node-aes-gcm.ts'
import { nodeCiphers } from '../../src/platform/node-ciphers.ts'

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const some = fc.uint8Array({ maxLength: 300 })

function fromHex (text: string): Uint8Array {
  return fromString(text, 'hex')
}

const aeads = [
  ['xchacha20poly1305', 32, 24, nodeCiphers.xchacha20poly1305, browserCiphers.xchacha20poly1305],
  ['aesGcm', 32, 12, nodeAesGcm, browserAesGcm],
  ['aesGcm', 16, 12, nodeAesGcm, browserAesGcm]
] as const

describe('ciphers of Node and of pages', () => {
  for (const [name, keyBytes, nonceBytes, ofNode, ofPage] of aeads) {
    it(`give the same bytes and open each other's: ${name}, key of ${keyBytes}`, () => {
      fc.assert(fc.property(bytes(keyBytes), bytes(nonceBytes), some, some, (key, nonce, aad, plaintext) => {
        const sealed = ofNode(key).seal(nonce, aad, plaintext)
        expect(sealed).to.deep.equal(ofPage(key).seal(nonce, aad, plaintext))
        for (const cipher of [ofNode, ofPage]) expect(cipher(key).seal(nonce, aad, plaintext, 5).subarray(5)).to.deep.equal(sealed)
        expect(ofNode(key).open(nonce, aad, sealed)).to.deep.equal(plaintext)
        expect(ofPage(key).open(nonce, aad, sealed)).to.deep.equal(plaintext)
      }), { numRuns: 50 })
    })

    it(`open nothing that was changed, cut or meant for another place: ${name}, key of ${keyBytes}`, () => {
      const key = new Uint8Array(keyBytes).fill(1)
      const nonce = new Uint8Array(nonceBytes).fill(2)
      const aad = Uint8Array.of(3)
      for (const cipher of [ofNode, ofPage]) {
        const sealed = cipher(key).seal(nonce, aad, Uint8Array.of(1, 2, 3))
        for (let i = 0; i < sealed.byteLength; i++) {
          const changed = sealed.slice()
          changed[i] = (changed[i] ?? 0) ^ 1
          expect(cipher(key).open(nonce, aad, changed)).to.equal(undefined)
          expect(cipher(key).open(nonce, aad, sealed.subarray(0, i))).to.equal(undefined)
        }
        expect(cipher(key).open(nonce, Uint8Array.of(4), sealed)).to.equal(undefined)
        expect(cipher(key.map(byte => byte ^ 1)).open(nonce, aad, sealed)).to.equal(undefined)
        expect(() => cipher(key.subarray(1)).seal(nonce, aad, sealed)).to.throw()
      }
    })
  }

  it('keep to the published vector of XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03, A.3.1)', () => {
    const plaintext = fromString("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.")
    const sealed = nodeCiphers.xchacha20poly1305(Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i)).seal(
      Uint8Array.from({ length: 24 }, (_, i) => 0x40 + i), fromHex('50515253c0c1c2c3c4c5c6c7'), plaintext)
    expect(sealed.subarray(0, 16)).to.deep.equal(fromHex('bd6d179d3e83d43b9576579493c0e939'))
    expect(sealed.subarray(-16)).to.deep.equal(fromHex('c0875924c1c7987947deafd8780acf49'))
  })

  it('agree on HMAC, in one piece or many, with long and empty keys', () => {
    for (const hash of ['sha256', 'sha512'] as const) {
      fc.assert(fc.property(some, some, some, (key, one, other) => {
        const mac = nodeCiphers.hmac(hash, key)(one, other)
        expect(mac).to.deep.equal(browserCiphers.hmac(hash, key)(one, other))
        expect(mac).to.deep.equal(nodeCiphers.hmac(hash, key)(concat([one, other])))
      }), { numRuns: 50 })
    }
  })

  it('sign and verify alike, and refuse keys and signatures that are none', async () => {
    const seed = new Uint8Array(32).fill(5)
    const publicKey = publicKeyOf(seed)
    const message = Uint8Array.of(1, 2, 3)
    const signature = await nodeCiphers.signEd25519(seed, message)
    expect(signature).to.deep.equal(await browserCiphers.signEd25519(seed, message))
    expect(Object.getPrototypeOf(signature)).to.equal(Uint8Array.prototype)
    const bad: Array<[Uint8Array, Uint8Array, Uint8Array]> = [
      [publicKey, Uint8Array.of(1, 2), signature],
      [publicKey, message, signature.subarray(1)],
      [publicKey, message, concat([signature, Uint8Array.of(0)])],
      [publicKeyOf(new Uint8Array(32).fill(6)), message, signature],
      [publicKey.subarray(1), message, signature],
      [new Uint8Array(32).fill(0xff), message, signature],
      [Uint8Array.of(2, ...new Uint8Array(31)), message, signature] // no point has this y
    ]
    for (const ciphers of [nodeCiphers, browserCiphers]) {
      expect(await ciphers.verifyEd25519(publicKey, message, signature)).to.equal(true)
      for (const [key, data, sig] of bad) expect(await ciphers.verifyEd25519(key, data, sig)).to.equal(false)
    }
  })
})
