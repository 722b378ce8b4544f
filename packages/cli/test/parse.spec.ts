import { UsageError } from '@sotto/node/errors'
import { expect } from 'chai'
import { checkPositionals, scan } from '../src/parse.ts'
import { nearest } from '../src/suggest.ts'
import { Values } from '../src/values.ts'
import type { OptionSpec } from '../src/values.ts'

const options: readonly OptionSpec[] = [
  { name: 'wait', value: 'STATE', choices: ['stored', 'read'], help: '' },
  { name: 'listen', value: 'MA', many: true, help: '' },
  { name: 'web', value: 'PORT', optional: true, help: '' },
  { name: 'json', help: '' },
  { name: 'help', short: 'h', help: '' }
]

function parse (...tokens: string[]): { values: Values, positionals: string[] } {
  return scan(tokens, { options, values: new Values(), command: 'sotto send' })
}

function values (name: string, value: string): Values {
  const values = new Values()
  values.add(name, value)
  return values
}

function usage (act: () => unknown): UsageError {
  try {
    act()
  } catch (error) {
    expect(error).to.be.instanceOf(UsageError)
    return error as UsageError
  }
  throw new Error('it did not throw')
}

describe('the parser of command lines', () => {
  it('takes options before, between and after the words', () => {
    const { values, positionals } = parse('--json', 'bob', '--wait', 'read', 'hello', '--listen=/a', '--listen', '/b')
    expect(positionals).to.deep.equal(['bob', 'hello'])
    expect(values.has('json')).to.equal(true)
    expect(values.text('wait')).to.equal('read')
    expect(values.list('listen')).to.deep.equal(['/a', '/b'])
  })

  it('takes everything after -- as words, and a lone dash as a word', () => {
    expect(parse('bob', '--', '--json', '-x').positionals).to.deep.equal(['bob', '--json', '-x'])
    expect(parse('bob', '-').positionals).to.deep.equal(['bob', '-'])
  })

  it('names the nearest option for an unknown one', () => {
    expect(usage(() => parse('--wiat', 'read')).hint).to.contain('--wait')
    expect(usage(() => parse('bob', '-5 degrees')).hint).to.contain('Put -- before')
  })

  it('refuses a missing value, a value too much, and a value that is no choice', () => {
    expect(usage(() => parse('--wait')).message).to.contain('needs a value')
    expect(usage(() => parse('--wait', '--json')).message).to.contain('needs a value')
    expect(usage(() => parse('--json=1')).message).to.contain('takes no value')
    expect(usage(() => parse('--wait', 'soon')).message).to.contain('stored, read')
  })

  it('lets an optional value be left out', () => {
    expect(parse('--web', '8080').values.text('web')).to.equal('8080')
    expect(parse('--web', '--json').values.text('web')).to.equal('')
    expect(parse('--web', 'bob').positionals).to.deep.equal(['bob'])
  })

  it('says which word is missing, and that a text wants quotes', () => {
    const spec = { name: 'send', summary: '', positionals: [{ name: 'WHO', help: '' }, { name: 'TEXT', help: '' }], examples: [] }
    expect(usage(() => { checkPositionals(spec, ['bob'], 'sotto send') }).message).to.contain('TEXT is missing')
    expect(usage(() => { checkPositionals(spec, ['bob', 'hello', 'there'], 'sotto send') }).hint).to.contain('quotes')
  })

  it('reads numbers, sizes, seconds and times, and nothing that only looks like them', () => {
    expect(values('limit', '20').integer('limit', 1, 100)).to.equal(20)
    for (const wrong of ['0', '101', '-1', '1.5', 'ten', '', '1e2']) expect(() => values('limit', wrong).integer('limit', 1, 100)).to.throw(UsageError)
    expect(values('bytes', '64MiB').bytes('bytes')).to.equal(64 * 2 ** 20)
    expect(values('bytes', '1024').bytes('bytes')).to.equal(1024)
    for (const wrong of ['64 apples', '', '-1', '1.5G', '99999999999999T']) expect(() => values('bytes', wrong).bytes('bytes')).to.throw(UsageError)
    expect(values('timeout', '1.5').seconds('timeout')).to.equal(1500)
    for (const wrong of ['0', 'soon', '-3']) expect(() => values('timeout', wrong).seconds('timeout')).to.throw(UsageError)
    expect(values('since', '2h').time('since', 10_000_000)).to.equal(2_800_000)
    expect(values('since', '2026-01-31').time('since', 0)).to.equal(Date.parse('2026-01-31'))
    expect(values('since', '1700000000000').time('since', 0)).to.equal(1_700_000_000_000)
    for (const wrong of ['yesterday', '2026-99-99', '']) expect(() => values('since', wrong).time('since', 0)).to.throw(UsageError)
  })

  it('suggests what is near, and nothing that is far', () => {
    const verbs = ['send', 'status', 'start', 'stop', 'history']
    expect(nearest('snd', verbs)).to.equal('send')
    expect(nearest('hsitory', verbs)).to.equal('history')
    expect(nearest('stat', verbs)).to.equal('status')
    expect(nearest('frobnicate', verbs)).to.equal(undefined)
    expect(nearest('x'.repeat(10_000), verbs)).to.equal(undefined)
  })
})
