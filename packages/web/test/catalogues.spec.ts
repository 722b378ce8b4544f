import { readFileSync, globSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import { en as callsEn, it as callsIt } from '../src/messages/calls.ts'
import { en as face } from '../src/messages/en.ts'
import { it as faceItalian } from '../src/messages/it.ts'

interface Intl {
  MessageDictionary: new (messages: Record<string, Record<string, string>>, locale: string) => object
  MessageFormatter: new (locale: string, messages: object) => { format: (key: string, values: Record<string, unknown>) => unknown }
}

const en = { ...face, ...callsEn }
const italian: Record<keyof typeof en, string> = { ...faceItalian, ...callsIt }
// by its file: under the condition that shows us our own sources the package names its own, which Node does not run
const { MessageDictionary, MessageFormatter } = createRequire(import.meta.url)('../../../node_modules/@internationalized/message/dist/index.cjs') as Intl
const src = join(import.meta.dirname, '../src')
const sources = globSync('**/*.{ts,tsx}', { cwd: src }).filter(file => !file.startsWith('messages')).map(file => readFileSync(join(src, file), 'utf8')).join('\n')

/** Names between braces, at the top of the pattern and inside its branches. */
function variables (pattern: string): string[] {
  return [...new Set([...pattern.matchAll(/\{(\w+)(?=[,}])/g)].map(match => match[1] ?? '').filter(name => /^[a-z]+$/.test(name)))].sort()
}

describe('the catalogues of the app', () => {
  it('have the same keys', () => {
    expect(Object.keys(italian).sort()).to.deep.equal(Object.keys(en).sort())
  })

  it('take the same values', () => {
    for (const key of Object.keys(en) as Array<keyof typeof en>) {
      const asked = (pattern: string): string[] => variables(pattern.replace(/(plural|select),/g, '').replace(/\{(one|other|offline|loopback|lan|public|own|contact|primary)\b/g, ''))
      expect(asked(italian[key]), key).to.deep.equal(asked(en[key]))
    }
  })

  it('hold no message that nobody says, and nobody says one that they do not hold', () => {
    const said = new Set([...sources.matchAll(/'([a-zA-Z]+(?:\.[a-zA-Z]+)*)'/g)].map(match => match[1]))
    // keys made of a part and a state of the messenger's
    const made = [...sources.matchAll(/`([a-z]+\.)\$\{[\w.]+\}(\w*)`/g)].map(([, start = '', end = '']) => new RegExp(`^${start.replace('.', '\\.')}[a-z]+${end}$`))
    const silent = Object.keys(en).filter(key => !said.has(key) && !made.some(pattern => pattern.test(key)))
    expect(silent).to.deep.equal([])
  })

  it('are well-formed in every branch', () => {
    for (const [locale, catalogue] of Object.entries({ en, it: italian })) {
      const formatter = new MessageFormatter(locale, new MessageDictionary({ [locale]: { ...catalogue } }, locale))
      for (const [key, pattern] of Object.entries(catalogue)) {
        for (const count of [0, 1, 2]) {
          const values = Object.fromEntries(['count', 'copies', 'mailboxes', 'limit'].map(name => [name, count]).concat(variables(pattern).filter(name => !['count', 'copies', 'mailboxes', 'limit'].includes(name)).map(name => [name, 'x'])))
          expect(String(formatter.format(key, values)), key).not.to.match(/[{}]/)
        }
      }
    }
  })
})
