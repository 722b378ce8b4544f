import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { wrap } from '../src/output/wrap.ts'
import { stage } from './support/stage.ts'
import type { Finding } from '@sotto/node'

const PROBLEM: Finding = { code: 'disk-full', level: 'problem', finding: 'There is no room.', advice: 'Free some space.' }
const WELL: Finding = { code: 'disk', level: 'ok', finding: 'There is room.', advice: 'Nothing to do.' }

describe('sotto doctor', () => {
  const scene = stage()
  const { as, initialise } = scene

  it('gives one finding on each line of JSON, and progress on stderr', async () => {
    await initialise()
    const { code, lines, errors } = await as(['doctor', '--json'])
    expect(code).to.equal(0)
    expect(lines().map(line => line.code)).to.deep.equal(['no-mailbox', 'contacts'])
    for (const line of lines()) expect(line).to.have.keys('code', 'level', 'finding', 'advice')
    expect(errors()).to.deep.include({ progress: 'Asking the mailboxes …' })
  })

  it('says in words what is the matter and what to do, and how bad it is', async () => {
    await initialise()
    const { out, code } = await as(['doctor'])
    expect(code).to.equal(0)
    expect(out).to.include('! Nobody keeps mail for you.\n    Ask a friend.').and.to.match(/1 warning: it works/)
    expect(out, 'names of others are harmless').not.to.include('\u001b')
    expect(out, 'what is well needs no advice').not.to.include('Nothing to do')
  })

  it('ends with 1 where there is a problem, and with 0 where all is well', async () => {
    await initialise()
    const bad = await as(['doctor'], { behaviour: { findings: [PROBLEM, WELL] } })
    expect(bad.code).to.equal(1)
    expect(bad.out).to.include('✗ There is no room.').and.to.include('1 problem: begin with the first.')
    const well = await as(['doctor'], { behaviour: { findings: [WELL] } })
    expect(well.code).to.equal(0)
    expect(well.out).to.include('✓ There is room.').and.to.include('All is well.')
  })

  it('examines from outside what cannot be opened, instead of failing', async () => {
    const { code, lines } = await as(['doctor', '--json'])
    expect(code).to.equal(1)
    expect(lines()).to.deep.equal([{ code: 'not-started', level: 'problem', finding: 'There is no identity in this profile.', advice: 'Examine it.' }])
  })

  it('examines a profile whose settings are damaged', async () => {
    await initialise()
    writeFileSync(join(scene.profile, 'settings.json'), '{')
    const { code, lines } = await as(['doctor', '--json'])
    expect(code).to.equal(1)
    expect(lines()[0]?.finding).to.match(/settings\.json is damaged/)
  })

  it('is wrong use with an address that is none', async () => {
    await initialise()
    expect((await as(['doctor', '--listen', '127.0.0.1:80'])).code).to.equal(2)
  })
})

describe('text in lines', () => {
  it('breaks at spaces, by the width that is seen', () => {
    expect(wrap('aaa bbb ccc', 30, '  ')).to.equal('  aaa bbb ccc')
    expect(wrap('one two three four five six seven', 30, '  ').split('\n')).to.deep.equal(['  one two three four five six', '  seven'])
    expect(wrap('To reach others: `sotto start --listen /ip4/0.0.0.0/tcp/0`. Or `not', 40, ' ').split('\n'), 'an order is copied whole').to.deep.equal([' To reach others:', ' `sotto start --listen /ip4/0.0.0.0/tcp/0`.', ' Or `not'])
    expect(wrap('日本語日本語日本語 日本語日本語日本語', 30, '').split('\n')).to.have.length(2)
    expect(wrap('x'.repeat(50), 30, '')).to.equal('x'.repeat(50))
    expect(wrap('a\nb', 30, ' ')).to.equal(' a\n b')
  })
})
