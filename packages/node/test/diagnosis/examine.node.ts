import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { examine } from '../../src/diagnosis/examine.ts'
import { NodeError, StoreError, UnreachableError, UsageError } from '../../src/errors.ts'
import type { ExamineInit } from '../../src/diagnosis/examine.ts'
import type { FindingCode } from '../../src/api.ts'

const system = (message: string): NodeError => new UnreachableError('UNREACHABLE', 'the network could not be started', { cause: new Error(`Some addresses failed:\n  /ip4/x: ${message}\n`) })

const TABLE: ReadonlyArray<readonly [string, Partial<ExamineInit>, FindingCode, RegExp, RegExp]> = [
  ['a port that is taken', { error: new NodeError('PORT_IN_USE', 'x', { cause: new Error('no:\n /ip4/127.0.0.1/tcp/4711: listen EADDRINUSE: address already in use 127.0.0.1:4711\n') }) }, 'port-taken', /uses port 4711/, /sport = :4711/],
  ['a port of which nothing is said', { error: new NodeError('PORT_IN_USE', 'x') }, 'port-taken', /uses the port/, /ss -ltnp/],
  ['a full disk', { error: new StoreError('STORE_FULL', 'x') }, 'disk-full', /no room.*a quota or a limit/, /Free some space/],
  ['no identity', { error: new UsageError('NO_IDENTITY', 'x') }, 'no-identity', /no identity/, /sotto start.*24 words/],
  ['a passphrase that is missing', { error: new StoreError('PASSPHRASE_REQUIRED', 'x') }, 'passphrase', /locked by a passphrase/, /--passphrase-file/],
  ['a wrong passphrase', { error: new StoreError('WRONG_PASSPHRASE', 'x') }, 'passphrase', /wrong/, /capital letters/],
  ['a profile in use', { error: new StoreError('PROFILE_IN_USE', 'x') }, 'profile-in-use', /Another process/, /Wait a few seconds/],
  ['a damaged store', { error: new StoreError('STORE_DAMAGED', 'a record is torn', { hint: 'look' }) }, 'store-damaged', /A record is torn\./, /^Look\. Nothing was changed.*backup.*restore/],
  ['a store of a newer version', { error: new StoreError('STORE_NEWER', 'x') }, 'store-damaged', /newer version/, /newer/],
  ['an address of another machine', { error: system('listen EADDRNOTAVAIL: address not available 192.0.2.1:4001') }, 'not-started', /192\.0\.2\.1, which is no address of this computer/, /0\.0\.0\.0/],
  ['a port for administrators', { error: system('listen EACCES: permission denied 0.0.0.0:80') }, 'not-started', /port 80/, /higher/],
  ['a network that does not start', { error: system('EWHATEVER') }, 'not-started', /could not be started/, /Check the addresses/],
  ['a node that does not answer', { error: new UnreachableError('UNREACHABLE', 'x'), frozen: true }, 'node-frozen', /does not answer/, /end its process/],
  ['a defect', { error: new TypeError('secret of somebody') }, 'not-started', /something in Sotto is broken/i, /report/],
  ['a clock before its time', { error: new StoreError('PROFILE_IN_USE', 'x'), now: 0 }, 'clock-wrong', /1 January 1970 at 00:00 UTC/, /Set date/]
]

describe('a node that cannot start is examined from outside', () => {
  let profile: string

  beforeEach(async () => { profile = await mkdtemp(join(tmpdir(), 'sotto-')) })
  afterEach(async () => { await rm(profile, { recursive: true }) })

  for (const [title, init, code, says, advises] of TABLE) {
    it(title, async () => {
      const found = await examine({ profile, error: undefined, ...init })
      const one = found.find(other => other.code === code)
      expect(one?.level).to.equal('problem')
      expect(one?.finding).to.match(says).and.to.match(/^\p{Lu}.*\.$/u).and.not.to.include('secret')
      expect(one?.advice).to.match(advises).and.to.match(/[.]$/)
    })
  }

  it('also where the profile is not there', async () => {
    const found = await examine({ profile: join(profile, 'a', 'b'), error: new StoreError('PROFILE_IN_USE', 'x') })
    expect(found.map(({ code }) => code)).to.deep.equal(['profile-in-use', 'disk'])
  })
})
