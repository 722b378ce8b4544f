import { expect } from 'chai'
import { Person } from '../support/actors.ts'
import { fetchedUntilConnected } from '../support/fetched.ts'
import { House } from '../support/process.ts'
import { FOR_PAGES } from '../support/tab.ts'

/** Of all code that is asked for before there is anybody to talk to, each file gzipped, bytes. */
const MAX_BYTES = 400_000

describe('the code that a tab loads', function () {
  this.timeout(120_000)
  let house: House

  before(async () => { house = await House.open() })
  after(async () => house.close())

  it('stays within its budget as long as there is nobody to talk to', async () => {
    const bob = new Person(house, 'bob')
    await bob.start([], FOR_PAGES)
    const { files, until, later } = await fetchedUntilConnected(bob)
    const kilobytes = (bytes: number): number => Math.round(bytes / 1000)
    console.error(`    JavaScript until connected: ${kilobytes(until)} kB gzip in ${files} files; ${kilobytes(later)} kB more until nothing comes any more: ${kilobytes(until + later)} kB for an empty list`)
    expect(files).to.be.greaterThan(1)
    expect(until + later).to.be.below(MAX_BYTES)
  })
})
