import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { en, it as italian } from '../src/messages/said.ts'

const node = join(import.meta.dirname, '../../node/src')

/** The codes of a union, as they stand in the source: each in quotes, up to the next line that is empty. */
function codesOf (union: string): string[] {
  const source = globSync(['api*.ts', 'errors.ts'], { cwd: node }).map(file => readFileSync(join(node, file), 'utf8')).join('\n').split(`export type ${union} =`)[1]?.split('\n\n')[0] ?? ''
  return [...source.replace(/\/\/.*|\/\*.*?\*\//g, '').matchAll(/'([\w-]+)'/g)].map(([, code]) => code ?? '')
}

const keys = [
  ...codesOf('ErrorCode').map(code => `error.${code}`),
  ...codesOf('ReasonCode').map(code => `reason.${code}`),
  ...codesOf('FindingCode').map(code => `finding.${code}`)
]

describe('what the messenger says, by its codes', () => {
  it('has words in both languages for each of them, and for no others', () => {
    expect(keys.length).to.be.above(100)
    expect(Object.keys(en).sort()).to.deep.equal([...keys].sort())
    expect(Object.keys(italian).sort()).to.deep.equal([...keys].sort())
    for (const key of keys as Array<keyof typeof en>) expect(italian[key], key).not.to.equal(en[key])
  })

  it('takes the same values in both, and only those that the messenger gives', () => {
    const values = (message: string): string[] => [...new Set([...message.matchAll(/\{(\w+)(?=[,}])/g)].map(match => match[1] ?? ''))].sort()
    const reasons = readFileSync(join(node, 'reasons.ts'), 'utf8')
    for (const key of keys as Array<keyof typeof en>) {
      expect(values(italian[key]).filter(name => /^[a-z]+$/.test(name)), key).to.include.members(values(en[key]).filter(name => name !== 'a' && name !== 'one'))
      const given = new RegExp(`^  '?${key.replace('reason.', '')}'?: \\(\\{? ?([\\w, ]*?) ?\\}?\\) =>`, 'm').exec(reasons)?.[1]?.split(', ') ?? []
      // the time is made of `since`
      if (key.startsWith('reason.')) expect(given.map(name => name === 'since' ? 'when' : name), key).to.include.members(values(en[key]))
    }
  })
})
