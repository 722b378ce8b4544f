import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'

const root = join(import.meta.dirname, '..')
const texts = globSync(['*.md', 'packages/*/*.md', 'protocols/**/*.md'], { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] }).sort()

interface Manifest { scripts?: Record<string, string>, dependencies?: Record<string, string>, devDependencies?: Record<string, string> }
interface Lock { packages: Record<string, { version?: string, resolved?: string, link?: boolean, optionalDependencies?: Record<string, string> }> }

function read (file: string): string { return readFileSync(join(root, file), 'utf8') }
function manifest (file: string): Manifest { return JSON.parse(read(file)) as Manifest }

/** Without fenced and inline code: what is in there is no link. */
function prose (text: string): string { return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`]*`/g, '') }

describe('the texts of the house', () => {
  it('link to files that exist', () => {
    const broken = texts.flatMap(file => [...prose(read(file)).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(match => match[1]!)
      .filter(target => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(file), target)))
      .map(target => `${file} → ${target}`))
    expect(broken).to.deep.equal([])
  })

  it('name npm scripts that exist', () => {
    const scripts = new Set(['package.json', ...globSync('packages/*/package.json', { cwd: root })]
      .flatMap(file => Object.keys(manifest(file).scripts ?? {})).concat('ci', 'install'))
    const unknown = texts.flatMap(file => [...read(file).matchAll(/\bnpm (?:run (?:-s )?([a-z][a-z:]*)|(start|test|ci|install)\b)/g)]
      .map(match => (match[1] ?? match[2])!)
      .filter(script => !scripts.has(script))
      .map(script => `${file}: ${script}`))
    expect(unknown).to.deep.equal([])
  })

  it('say why the messenger has each of its dependencies', () => {
    const why = read('packages/node/README.md')
    const silent = Object.keys(manifest('packages/node/package.json').dependencies ?? {}).filter(name => !why.includes(`| \`${name}\` |`))
    expect(silent).to.deep.equal([])
  })

  it('give every protocol a row in the table, with the wire id of its code', () => {
    const table = read('protocols/README.md')
    for (const file of globSync('protocols/*/README.md', { cwd: root })) {
      const name = dirname(file).split('/').at(-1)!
      expect(table).to.include(`[${name}](${name}/README.md)`)
      const code = existsSync(join(root, `protocols/${name}/index.ts`)) ? read(`protocols/${name}/index.ts`) : ''
      for (const [, id] of code.matchAll(/_PROTOCOL = '([^']+)'/g)) expect(table, name).to.include(`\`${id}\``)
    }
  })
})

describe('the lock file', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as Lock

  it('records no download address', () => {
    expect(Object.entries(packages).filter(([, entry]) => entry.resolved !== undefined && entry.link !== true)).to.deep.equal([])
  })

  it('knows the binaries of every platform, or npm refuses a clean install', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) => Object.keys(optionalDependencies)
      .filter(name => packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined))
    expect(missing).to.deep.equal([])
  })
})
