import { expect } from 'chai'
import { issueCertificate, issueCredential, verifyCertificate, verifyRevocation, issueRevocation, ROLE_PRIMARY } from '../../src/identity/certificate.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'

describe('device certificates', () => {
  it('DEV-1: verifies what the identity signed, and nothing with a flipped bit', async () => {
    const identity = randomSeed()
    const leaf = publicKeyOf(randomSeed())
    const peer = publicKeyOf(randomSeed())
    const bytes = await issueCertificate(identity, await issueCredential(identity, leaf, ROLE_PRIMARY), peer, 1, Date.now())
    expect((await verifyCertificate(bytes))?.credential.identity).to.deep.equal(publicKeyOf(identity))
    for (let i = 0; i < bytes.length; i += 7) {
      const bad = Uint8Array.from(bytes)
      bad[i]! ^= 1
      expect(await verifyCertificate(bad), `byte ${i}`).to.equal(undefined)
    }
  })

  it('DEV-5: takes a revocation only from the identity that it names', async () => {
    const identity = randomSeed()
    const bytes = await issueRevocation(identity, new Uint8Array(16), Date.now())
    expect(await verifyRevocation(bytes, publicKeyOf(identity))).to.not.equal(undefined)
    expect(await verifyRevocation(bytes, publicKeyOf(randomSeed()))).to.equal(undefined)
  })
})
