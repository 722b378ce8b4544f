import { expect } from 'chai'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NodeError } from '../../src/errors.ts'
import { parseId } from '../../src/identity/identity-id.ts'
import { verifyCertificate } from '../../src/identity/certificate.ts'
import { loadOwn, loadPhrase } from '../../src/identity/own.ts'
import { initProfile, openIdentity, restoreProfile } from '../../src/identity/profile.ts'
import { key, openProfile, profileExists, tables } from '../../src/store/index.ts'
import { inDirectory } from '../store/child.ts'

const argon2 = { memory: 64, passes: 1, lanes: 1 }

describe('profile with an identity', () => {
  it('is made by init, and the same identity comes back from its phrase as another device', async () => {
    await inDirectory(async home => {
      const made = await initProfile({ profile: join(home, 'a'), name: 'alice', passphrase: 'correct horse', argon2 })
      expect(made.atRest).to.equal('passphrase')
      const restored = await restoreProfile({ profile: join(home, 'b'), phrase: made.phrase.toUpperCase(), argon2 })
      expect(restored.id).to.equal(made.id)
      expect(restored.device).to.not.equal(made.device)
      expect(restored.atRest).to.equal('keyfile')
      const first = await openProfile({ profile: join(home, 'a'), passphrase: 'correct horse' })
      const own = await loadOwn(first.store)
      expect([own.name, own.restored]).to.deep.equal(['alice', false])
      expect(own.identity).to.deep.equal(parseId(made.id))
      expect(await loadPhrase(first.store)).to.equal(made.phrase)
      await first.close()
      const second = await openProfile({ profile: join(home, 'b') })
      expect((await loadOwn(second.store)).restored).to.equal(true)
      await second.close()
    })
  })

  it('DEV-4: opens with a certificate that is good for months, however long it lay', async () => {
    await inDirectory(async profile => {
      const { device } = await initProfile({ profile, argon2 })
      const later = Date.now() + 400 * 24 * 60 * 60 * 1000
      for (const now of [Date.now(), later, later]) {
        const opened = await openIdentity({ profile, now })
        const certificate = await verifyCertificate(opened.own.certificate)
        expect(certificate?.revision).to.equal(now === later ? 2 : 1)
        expect(Buffer.from(opened.own.device).toString('hex')).to.equal(device)
        await opened.close()
      }
      const { store, close } = await openProfile({ profile })
      await store.batch([{ type: 'del', key: key(tables.own, 1) }])
      await close()
      for (let i = 0; i < 2; i++) { // the failure leaves nothing open
        const error = await openIdentity({ profile, now: later }).then(() => undefined, (error: unknown) => error)
        expect(error).to.be.instanceOf(NodeError).with.property('code', 'STORE_DAMAGED')
      }
    })
  })

  it('is not made from a wrong phrase or name, and not over another', async () => {
    await inDirectory(async home => {
      const profile = join(home, 'a')
      const code = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: NodeError) => error.code)
      expect(await code(restoreProfile({ profile, phrase: 'zoo zoo', argon2 }))).to.equal('BAD_PHRASE')
      expect(await code(initProfile({ profile, name: 'a\nb', argon2 }))).to.equal('BAD_ARGUMENT')
      expect(await profileExists(profile)).to.equal(false)
      expect(await readdir(home)).to.deep.equal([])
      const { phrase } = await initProfile({ profile, argon2 })
      expect(await code(initProfile({ profile, argon2 }))).to.equal('IDENTITY_EXISTS')
      expect(await code(restoreProfile({ profile, phrase, argon2 }))).to.equal('IDENTITY_EXISTS')
    })
  })

  it('REST-1: shows neither id, name, phrase nor any key on the disk', async () => {
    await inDirectory(async home => {
      const profile = join(home, 'a')
      const { id, device, phrase } = await initProfile({ profile, name: 'alice-in-the-open', passphrase: 'correct horse', argon2 })
      const opened = await openProfile({ profile, passphrase: 'correct horse' })
      const own = await loadOwn(opened.store)
      await opened.close()
      const secrets = [id, device, phrase, phrase.split(' ').slice(0, 2).join(' '), 'alice-in-the-open', 'correct horse'].map(text => Buffer.from(text))
      for (const bytes of [own.identity, own.device, own.leafSeed, own.peerSeed, own.identitySeed ?? own.leafSeed, own.certificate, own.recoveryHash]) {
        secrets.push(Buffer.from(bytes), Buffer.from(Buffer.from(bytes).toString('base64url')), Buffer.from(Buffer.from(bytes).toString('hex')))
      }
      let files = 0
      for (const entry of await readdir(profile, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue
        files++
        const content = await readFile(join(entry.parentPath, entry.name))
        for (const secret of secrets) expect(content.includes(secret), entry.name).to.equal(false)
      }
      expect(files).to.be.at.least(4)
    })
  })
})
