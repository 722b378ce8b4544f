import { expect } from 'chai'
import { chmod, cp, mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NodeError } from '../../src/errors.ts'
import { checkPassphrase, createProfile, key, openProfile, profileExists, rewrapProfile, tables } from '../../src/store/index.ts'
import { inDirectory, runChild } from './child.ts'
import type { Store } from '../../src/store/index.ts'

/** Far too cheap for a person, right for a test. */
const argon2 = { memory: 64, passes: 1, lanes: 1 }
const passphrase = 'correct horse'

async function fill (store: Store): Promise<void> {
  await store.batch([{ type: 'put', key: key(tables.own, 1), value: Uint8Array.of(42) }])
}

async function make (profile: string, passphrase?: string): Promise<void> {
  await (await createProfile({ profile, passphrase, fill, argon2 })).close()
}

async function failure (promise: Promise<unknown>): Promise<NodeError> {
  const error = await promise.then(() => undefined, (error: unknown) => error)
  expect(error).to.be.instanceOf(NodeError)
  expect((error as NodeError).hint, 'says what to do').to.be.a('string')
  return error as NodeError
}

async function code (promise: Promise<unknown>): Promise<string> {
  return (await failure(promise)).code
}

/** Every file with its content and mode. */
async function contents (directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) found[path.slice(directory.length)] = (await readFile(path)).toString('hex') + (await stat(path)).mode.toString(8)
  }
  return found
}

describe('profile', function () {
  this.timeout(120_000)

  it('REST-3: opens without a passphrase by its key file, which only alice may read', async () => {
    await inDirectory(async home => {
      const profile = join(home, 'a', 'b')
      expect(await profileExists(profile)).to.equal(false)
      await make(profile)
      expect(await profileExists(profile)).to.equal(true)
      expect((await stat(profile)).mode & 0o777).to.equal(0o700)
      expect((await stat(join(profile, 'key'))).mode & 0o777).to.equal(0o600)
      expect((await stat(join(profile, 'profile.json'))).mode & 0o777).to.equal(0o600)
      expect(await readdir(profile)).to.have.members(['key', 'profile.json', 'store'])
      const opened = await openProfile({ profile })
      expect(opened.atRest).to.equal('keyfile')
      expect(opened.warnings).to.deep.equal([])
      expect(await opened.store.get(key(tables.own, 1))).to.deep.equal(Uint8Array.of(42))
      await opened.close()
    })
  })

  it('REST-3: opens with the passphrase, also typed in another Unicode form, and with no other', async () => {
    await inDirectory(async profile => {
      await make(profile, 'caf\u00e9 noir')
      expect(await readdir(profile)).to.have.members(['profile.json', 'store'])
      const opened = await openProfile({ profile, passphrase: 'cafe\u0301 noir' })
      expect(opened.atRest).to.equal('passphrase')
      await opened.close()
      await checkPassphrase({ profile, passphrase: 'caf\u00e9 noir' })
      const before = await contents(profile)
      expect(await code(openProfile({ profile }))).to.equal('PASSPHRASE_REQUIRED')
      for (const wrong of ['', 'cafe noir', 'caf\u00e9 noir ']) {
        expect(await code(openProfile({ profile, passphrase: wrong }))).to.equal('WRONG_PASSPHRASE')
        expect(await code(checkPassphrase({ profile, passphrase: wrong }))).to.equal('WRONG_PASSPHRASE')
      }
      expect(await contents(profile)).to.deep.equal(before)
    })
  })

  it('REST-3: wraps the key by Argon2id at the cost of the configuration, bound to it', async () => {
    await inDirectory(async profile => {
      await (await createProfile({ profile, passphrase, fill })).close()
      const path = join(profile, 'profile.json')
      const manifest = JSON.parse(await readFile(path, 'utf8')) as { key: { source: string, argon2id: { memory: number, passes: number, lanes: number } } }
      expect(manifest.key.argon2id).to.deep.equal({ memory: 65536, passes: 3, lanes: 4 })
      manifest.key.argon2id.memory = 4 * 1024 * 1024 // 4 GiB: an attack on whoever opens it
      await writeFile(path, JSON.stringify(manifest))
      expect(await code(openProfile({ profile, passphrase }))).to.equal('STORE_DAMAGED')
    })
  })

  it('says that a passphrase was not needed, where a key file opens the profile', async () => {
    await inDirectory(async profile => {
      await make(profile)
      const opened = await openProfile({ profile, passphrase })
      expect(opened.warnings[0]).to.include('no passphrase')
      await opened.close()
      expect(await code(createProfile({ profile: join(profile, 'other'), passphrase: '', fill }))).to.equal('BAD_ARGUMENT')
    })
  })

  it('REST-9: hides a key file that others could read, and tells alice', async () => {
    await inDirectory(async profile => {
      await make(profile)
      await chmod(join(profile, 'key'), 0o644)
      const opened = await openProfile({ profile })
      expect(opened.warnings).to.have.length(1)
      expect(opened.warnings[0]).to.include('key file')
      expect((await stat(join(profile, 'key'))).mode & 0o777).to.equal(0o600)
      await opened.close()
    })
  })

  it('REST-7: says what is wrong with a profile that is absent, foreign, newer, damaged or incomplete, and changes nothing', async () => {
    await inDirectory(async home => {
      const intact = join(home, 'intact')
      await make(intact)
      const other = join(home, 'other')
      await make(other)
      const path = (name: string): string => join(home, 'broken', name)
      const manifest = JSON.parse(await readFile(join(intact, 'profile.json'), 'utf8')) as Record<string, unknown>
      const cases: Array<[string, string, () => Promise<unknown>]> = [
        ['no directory', 'NO_IDENTITY', () => rm(path(''), { recursive: true })],
        ['an empty directory', 'NO_IDENTITY', async () => { await rm(path(''), { recursive: true }); await mkdir(path('')) }],
        ['no manifest', 'STORE_DAMAGED', () => rm(path('profile.json'))],
        ['a manifest cut off', 'STORE_DAMAGED', () => truncate(path('profile.json'), 100)],
        ['an empty manifest', 'STORE_DAMAGED', () => truncate(path('profile.json'), 0)],
        ['a manifest of something else', 'STORE_FOREIGN', () => writeFile(path('profile.json'), '{"name":"photos"}')],
        ['a huge manifest', 'STORE_FOREIGN', () => writeFile(path('profile.json'), 'x'.repeat(100_000))],
        ['a newer manifest', 'STORE_NEWER', () => writeFile(path('profile.json'), JSON.stringify({ ...manifest, version: 2 }))],
        ['a changed manifest', 'STORE_DAMAGED', () => writeFile(path('profile.json'), JSON.stringify({ ...manifest, wrapped: 'AAAA' }))],
        ['no key file', 'STORE_DAMAGED', () => rm(path('key'))],
        ['a key file cut off', 'STORE_DAMAGED', () => truncate(path('key'), 10)],
        ['the key file of another profile', 'STORE_FOREIGN', () => cp(join(other, 'key'), path('key'))],
        ['no store', 'STORE_DAMAGED', () => rm(path('store'), { recursive: true })],
        ['an emptied store', 'STORE_DAMAGED', async () => { await rm(path('store'), { recursive: true }); await mkdir(path('store')) }],
        ['the store of another profile', 'STORE_FOREIGN', async () => { await rm(path('store'), { recursive: true }); await cp(join(other, 'store'), path('store'), { recursive: true }) }]
      ]
      for (const [what, expected, damage] of cases) {
        await rm(path(''), { recursive: true, force: true })
        await cp(intact, path(''), { recursive: true })
        await damage()
        const before = await contents(home)
        expect(await code(openProfile({ profile: path('') })), what).to.equal(expected)
        if (what !== 'the store of another profile') expect(await contents(home), what).to.deep.equal(before) // there LevelDB opens first, and turns its log over
        if (expected !== 'NO_IDENTITY') expect(await code(createProfile({ profile: path(''), fill, argon2 })), what).to.be.oneOf(['IDENTITY_EXISTS', 'STORE_DAMAGED'])
      }
      await (await openProfile({ profile: intact })).close()
    })
  })

  it('makes no second identity over the first, by whatever name the directory is called', async () => {
    await inDirectory(async home => {
      const profile = join(home, 'profile')
      await make(profile)
      await symlink(profile, join(home, 'alias'))
      const before = await contents(profile)
      expect(await code(createProfile({ profile: join(home, 'alias'), fill, argon2 }))).to.equal('IDENTITY_EXISTS')
      expect(await contents(profile)).to.deep.equal(before)
    })
  })

  it('REST-8: is whole or not there when the process that makes it is killed, and can then be made', async () => {
    await inDirectory(async home => {
      for (const step of ['0', '1', 'fill', '2', '3', 'end']) {
        const profile = join(home, `step-${step}`)
        const end = await runChild('profile', ['create', profile, step], () => {})
        expect(end.signal, end.errors).to.equal('SIGKILL')
        const exists = await profileExists(profile)
        expect(exists, step).to.equal(['3', 'end'].includes(step))
        if (!exists) {
          expect(await code(openProfile({ profile }))).to.equal('NO_IDENTITY')
          await make(profile)
        }
        const opened = await openProfile({ profile })
        expect((await opened.store.get(key(tables.own, 1)))?.[0], step).to.equal(exists ? 1 : 42)
        expect((await opened.store.get(key(tables.own, 2)))?.[0], step).to.equal(exists ? 2 : undefined)
        await opened.close()
        expect(await readdir(profile), step).to.have.members(['key', 'profile.json', 'store'])
      }
    })
  })

  it('REST-8: is made once when two processes make it at the same moment', async () => {
    await inDirectory(async profile => {
      const results = await Promise.all(Array.from({ length: 4 }, () => createProfile({ profile, fill, argon2 }).then(opened => opened, (error: NodeError) => error.code)))
      const winners = results.filter(result => typeof result !== 'string')
      expect(winners).to.have.length(1)
      for (const result of results) if (typeof result === 'string') expect(result).to.be.oneOf(['PROFILE_IN_USE', 'IDENTITY_EXISTS'])
      for (const winner of winners) await winner.close()
      await (await openProfile({ profile })).close()
    })
  })

  it('REST-10: lets no second process in, and the next one as soon as the first is gone, killed or not', async () => {
    await inDirectory(async profile => {
      await make(profile)
      const attempts: Array<Promise<string>> = []
      await runChild('profile', ['hold', profile], (line, kill) => {
        expect(line).to.equal('open')
        attempts.push(code(openProfile({ profile })).finally(kill))
      })
      expect(await Promise.all(attempts)).to.deep.equal(['PROFILE_IN_USE'])
      await (await openProfile({ profile })).close()
    })
  })

  it('REST-11: takes another passphrase, a key file instead, and a passphrase again, with everything kept', async () => {
    await inDirectory(async profile => {
      await make(profile, passphrase)
      await rewrapProfile({ profile, passphrase, newPassphrase: 'battery staple', argon2 })
      expect(await code(openProfile({ profile, passphrase }))).to.equal('WRONG_PASSPHRASE')
      await rewrapProfile({ profile, passphrase: 'battery staple', newPassphrase: undefined, argon2 })
      const opened = await openProfile({ profile })
      expect(await opened.store.get(key(tables.own, 1))).to.deep.equal(Uint8Array.of(42))
      expect(await code(rewrapProfile({ profile, newPassphrase: passphrase, argon2 }))).to.equal('PROFILE_IN_USE')
      await opened.close()
      await rewrapProfile({ profile, newPassphrase: passphrase, argon2 })
      expect(await readdir(profile)).to.have.members(['profile.json', 'store'])
      expect(await code(openProfile({ profile }))).to.equal('PASSPHRASE_REQUIRED')
      await (await openProfile({ profile, passphrase })).close()
    })
  })
})
