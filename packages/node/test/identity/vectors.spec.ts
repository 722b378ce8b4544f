/** The vectors of protocols/identity and protocols/device, recomputed. */
import { expect } from 'chai'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import devices from '../../../../protocols/device/vectors.json' with { type: 'json' }
import identities from '../../../../protocols/identity/vectors.json' with { type: 'json' }
import { deviceIdOf, issueCertificate, issueCredential, issueRevocation, verifyCertificate, verifyRevocation } from '../../src/identity/certificate.ts'
import { formatDeviceId } from '../../src/identity/device-id.ts'
import { publicKeyOf } from '../../src/identity/ed25519.ts'
import { formatId, parseId } from '../../src/identity/identity-id.ts'
import { formatLink, parseLink } from '../../src/identity/link.ts'
import { issueMove, knownToken, verifyMove } from '../../src/identity/move.ts'
import { deriveKeys, formatPhrase, parsePhrase } from '../../src/identity/phrase.ts'
import { safetyNumber } from '../../src/identity/safety-number.ts'
import { formatPeerId } from '../../src/network/peer-id.ts'

const hex = (bytes: Uint8Array): string => toString(bytes, 'base16')
const bytes = (text: string): Uint8Array => fromString(text, 'base16')

/** The derivation once more, by WebCrypto alone: PBKDF2 and HKDF as BIP-39 and RFC 5869 say. */
async function deriveByWebCrypto (phrase: string, label: string): Promise<string> {
  const { subtle } = crypto
  const password = await subtle.importKey('raw', new TextEncoder().encode(phrase), 'PBKDF2', false, ['deriveBits'])
  const seed = await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-512', salt: new TextEncoder().encode('mnemonic'), iterations: 2048 }, password, 512)
  const key = await subtle.importKey('raw', seed, 'HKDF', false, ['deriveBits'])
  const info = new TextEncoder().encode(`sotto/1/${label}\0`)
  return hex(new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-512', salt: new Uint8Array(64), info }, key, 256)))
}

describe('vectors of identity', () => {
  for (const vector of identities.phrases) {
    it(`IDN-2, IDN-3: from phrase to keys to id: ${vector.name}`, async () => {
      expect(formatPhrase(bytes(vector.entropy))).to.equal(vector.phrase)
      expect(hex(parsePhrase(vector.phrase))).to.equal(vector.entropy)
      const keys = await deriveKeys(bytes(vector.entropy))
      expect(hex(keys.identitySeed)).to.equal(vector.identitySeed)
      expect(hex(keys.recoverySeed)).to.equal(vector.recoverySeed)
      expect(hex(keys.recoveryHash)).to.equal(vector.recoveryHash)
      expect(await deriveByWebCrypto(vector.phrase, 'identity/seed')).to.equal(vector.identitySeed)
      expect(await deriveByWebCrypto(vector.phrase, 'identity/recovery')).to.equal(vector.recoverySeed)
      expect(hex(publicKeyOf(keys.identitySeed))).to.equal(vector.identity)
      expect(formatId(bytes(vector.identity))).to.equal(vector.id)
      expect(hex(parseId(vector.id))).to.equal(vector.identity)
    })
  }

  for (const [i, vector] of identities.links.entries()) {
    it(`IDN-4: link ${i}`, () => {
      const invite = vector.invite === null ? undefined : bytes(vector.invite)
      expect(formatLink({ identity: bytes(vector.identity), addresses: vector.addresses, invite })).to.equal(vector.link)
      expect(parseLink(vector.link)).to.deep.equal({ identity: bytes(vector.identity), addresses: vector.addresses, invite })
    })
  }

  for (const [i, { identities: pair, ...vector }] of identities.safety.entries()) {
    it(`IDN-7: safety number ${i}`, () => {
      const [mine = '', theirs = ''] = pair
      expect(safetyNumber(bytes(theirs), bytes(mine))).to.deep.equal(vector)
    })
  }
})

describe('vectors of a move', () => {
  for (const { identity, recoverySeed, successorSeed, time, move } of identities.moves) {
    it('IDN-9: is signed to the same bytes, and holds', async () => {
      expect(hex(await issueMove({ identity: bytes(identity), recoverySeed: bytes(recoverySeed), successorSeed: bytes(successorSeed), now: time * 1000 }))).to.equal(move)
      expect((await verifyMove(bytes(move)))?.time).to.equal(time * 1000)
    })
  }

  for (const { identitySeed, contact, token } of identities.known) {
    it('IDN-11: the token of a contact', () => {
      expect(hex(knownToken(bytes(identitySeed), bytes(contact)))).to.equal(token)
    })
  }
})

describe('vectors of device', () => {
  for (const vector of devices.devices) {
    it(`DEV-1, DEV-2: certificate and revocation of a device of ${vector.name}`, async () => {
      const identitySeed = bytes(vector.identitySeed)
      const leafKey = publicKeyOf(bytes(vector.leafSeed))
      const peerKey = publicKeyOf(bytes(vector.peerSeed))
      const device = deviceIdOf(leafKey)
      expect(formatDeviceId(device)).to.equal(vector.device)
      expect(formatPeerId(peerKey)).to.equal(vector.peerId)
      const credential = await issueCredential(identitySeed, leafKey, vector.role)
      expect(hex(credential)).to.equal(vector.credential)
      expect(hex(await issueCertificate(identitySeed, credential, peerKey, vector.revision, vector.now))).to.equal(vector.certificate)
      expect(hex(await issueRevocation(identitySeed, device, vector.now))).to.equal(vector.revocation)
      const certificate = await verifyCertificate(bytes(vector.certificate))
      expect(certificate?.revision).to.equal(vector.revision)
      expect(certificate?.credential.role).to.equal(vector.role)
      expect((await verifyRevocation(bytes(vector.revocation), publicKeyOf(identitySeed)))?.time).to.equal(vector.now / 1000)
    })
  }
})
