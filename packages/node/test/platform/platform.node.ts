import { expect } from 'chai'
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { platform } from '../../src/platform/node.ts'
import { StoreError } from '../../src/errors.ts'
import { platform as page } from '../../src/platform/browser.ts'
import { inDirectory } from '../store/child.ts'

async function code (promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(() => undefined, (error: unknown) => error)
  expect(error).to.be.instanceOf(StoreError)
  return (error as StoreError).code
}

describe('platform', () => {
  it('writes a small file whole, private and without leftovers, over an older one too', async () => {
    await inDirectory(async home => {
      const path = join(home, 'note')
      expect(await platform.readSmallFile(path, 10)).to.equal(undefined)
      await platform.writeSmallFile(path, Uint8Array.of(1, 2))
      await chmod(path, 0o666)
      expect((await platform.readSmallFile(path, 10))?.isPrivate).to.equal(false)
      await platform.writeSmallFile(path, Uint8Array.of(3))
      expect(await platform.readSmallFile(path, 10)).to.deep.equal({ bytes: Uint8Array.of(3), isPrivate: true })
      expect((await stat(path)).mode & 0o777).to.equal(0o600)
      expect(await readdir(home)).to.deep.equal(['note'])
      expect(await code(platform.writeSmallFile(join(home, 'nowhere', 'note'), Uint8Array.of(1)))).to.equal('STORE_FAILED')
    })
  })

  it('reads no more than it was told to, and only files', async () => {
    await inDirectory(async home => {
      await writeFile(join(home, 'long'), 'x'.repeat(11))
      expect(await code(platform.readSmallFile(join(home, 'long'), 10))).to.equal('STORE_FOREIGN')
      expect(await code(platform.readSmallFile(home, 10))).to.equal('STORE_FOREIGN')
      expect((await platform.readSmallFile(join(home, 'long'), 11))?.bytes.byteLength).to.equal(11)
    })
  })

  it('knows one directory by all its names', async () => {
    await inDirectory(async home => {
      await mkdir(join(home, 'real'))
      await symlink(join(home, 'real'), join(home, 'alias'))
      const real = await platform.resolvePath(join(home, 'real'))
      expect(await platform.resolvePath(join(home, 'alias'))).to.equal(real)
      expect(await platform.resolvePath(join(home, 'alias', 'new', 'deeper'))).to.equal(join(real, 'new', 'deeper'))
    })
  })

  it('makes private directories, lists them, counts what lies in them, and removes', async () => {
    await inDirectory(async home => {
      const inner = join(home, 'a', 'b')
      await platform.makeDirectory(inner)
      await platform.makeDirectory(inner)
      expect((await stat(inner)).mode & 0o777).to.equal(0o700)
      await writeFile(join(home, 'a', 'one'), 'x'.repeat(100))
      await writeFile(join(inner, 'two'), 'x'.repeat(23))
      expect(await platform.diskUsage(home)).to.equal(123)
      expect(await platform.diskUsage(join(home, 'none'))).to.equal(0)
      expect(await platform.list(join(home, 'a'))).to.deep.equal(['b', 'one'])
      expect(await platform.list(join(home, 'none'))).to.deep.equal([])
      await platform.removeFile(join(inner, 'two'))
      await platform.removeFile(join(inner, 'two'))
      expect(await platform.exists(join(inner, 'two'))).to.equal(false)
      expect(await platform.exists(inner)).to.equal(true)
      expect(await code(platform.makeDirectory(join(home, 'a', 'one')))).to.equal('STORE_FOREIGN')
    })
  })

  it('has the same Argon2id in Node and in a page', async () => {
    const params = { memory: 64, passes: 2, lanes: 2 }
    const salt = new Uint8Array(16).fill(5)
    const secret = new TextEncoder().encode('correct horse')
    const hash = await platform.argon2id(secret, salt, params)
    expect(hash.constructor).to.equal(Uint8Array)
    expect(hash).to.deep.equal(await page.argon2id(secret, salt, params))
    expect(hash.byteLength).to.equal(32)
  })
})
