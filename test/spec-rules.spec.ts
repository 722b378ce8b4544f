import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const root = join(import.meta.dirname, '..')
const aside = ['**/node_modules/**', '**/dist/**']

function read (...patterns: string[]): Array<{ file: string, text: string }> {
  return globSync(patterns, { cwd: root, exclude: aside }).sort().map(file => ({ file, text: readFileSync(join(root, file), 'utf8') }))
}

/** `- **MBX-12** The mailbox MUST …` or `- **MBX-12**: …` */
const RULE = /^\s*[-*]\s+\*\*([A-Z]{2,8}-\d+)(?:\*\*|:\*\*|\.\*\*)/gm
const RULE_ID = /\b[A-Z]{2,8}-\d+\b/g
/** The first string of `describe(` and `it(`, in whichever quotes. */
const TITLE = /\b(?:describe|it|specify)(?:\.only)?\s*\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g

const specs = read('protocols/README.md', 'protocols/conventions.md', 'protocols/*/README.md')
const tests = read('protocols/**/*.spec.ts', 'packages/*/test/**/*.ts', 'test/**/*.ts')
  .filter(({ file }) => file !== 'test/spec-rules.spec.ts')

const rules = specs.flatMap(({ file, text }) => [...text.matchAll(RULE)].map(match => ({ file, id: match[1]! })))
const family = (id: string): string => id.slice(0, id.indexOf('-'))
const families = new Set(rules.map(({ id }) => family(id)))
const titles = tests.flatMap(({ file, text }) => [...text.matchAll(TITLE)].map(match => ({ file, title: (match[1] ?? match[2] ?? match[3])! })))

describe('the law and its tests', () => {
  it('finds the rules of every protocol', () => {
    expect(rules).to.not.be.empty
    const silent = specs.filter(({ file }) => /^protocols\/[^/]+\/README\.md$/.test(file) && !rules.some(rule => rule.file === file))
    expect(silent.map(({ file }) => file), 'specs without a numbered rule').to.deep.equal([])
  })

  it('gives every rule one number, once', () => {
    const ids = rules.map(({ id }) => id)
    expect(ids.filter((id, at) => ids.indexOf(id) !== at), 'numbers that stand twice').to.deep.equal([])
  })

  it('names every rule in the title of a test', () => {
    const named = new Set(titles.flatMap(({ title }) => title.match(RULE_ID) ?? []))
    const untested = rules.filter(({ id }) => !named.has(id)).map(({ file, id }) => `${id} (${file})`)
    expect(untested, 'rules that no test names').to.deep.equal([])
  })

  it('has no test that names a rule that is gone', () => {
    const known = new Set(rules.map(({ id }) => id))
    const gone = titles.flatMap(({ file, title }) => (title.match(RULE_ID) ?? [])
      .filter(id => !known.has(id) && (families.has(family(id)) || title.startsWith(id)))
      .map(id => `${id} (${file})`))
    expect(gone, 'names of no rule').to.deep.equal([])
  })

  it('shows every line of the threat model by a test that exists', () => {
    const file = join(root, 'protocols/threat-model.md')
    const lines = readFileSync(file, 'utf8').split('\n').filter(line => /^\s*(?:[-*]|\|)\s*\*\*T\d+\*\*/.test(line))
    expect(lines, 'numbered lines').to.not.be.empty
    const ids = lines.map(line => /\*\*(T\d+)\*\*/.exec(line)![1]!)
    expect(ids.filter((id, at) => ids.indexOf(id) !== at), 'numbers that stand twice').to.deep.equal([])
    const broken = lines.filter(line => {
      const quoted = [...line.matchAll(/`([^`]+)`/g)].map(match => match[1]!)
      const files = quoted.filter(word => /\.(?:spec|node|browser)\.ts$/.test(word))
      const named = line.match(RULE_ID)?.filter(id => families.has(family(id))) ?? []
      const absent = files.some(path => !existsSync(join(root, path)))
      const unknown = named.some(id => !rules.some(rule => rule.id === id))
      return absent || unknown || (files.length === 0 && named.length === 0)
    })
    expect(broken, 'lines that name neither an existing test file nor a rule').to.deep.equal([])
  })
})
