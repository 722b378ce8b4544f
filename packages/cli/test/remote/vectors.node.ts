import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { METHODS } from '../../src/remote/methods.ts'
import { BOB } from '../support/actor.ts'
import { station } from '../support/control.ts'
import type { Method } from '../../src/remote/methods.ts'

interface Exchange { name: string, events?: number, send?: object[], sendText?: string, receiveAfter?: number[], receive: unknown[], ends?: boolean }

const folder = new URL('../../../../protocols/control/', import.meta.url)
const { exchanges } = JSON.parse(readFileSync(new URL('vectors.json', folder), 'utf8')) as { exchanges: Exchange[] }

/** The expected value, with what was found where anything goes. */
function filled (expected: unknown, found: unknown): unknown {
  if (expected === '*') return found
  if (Array.isArray(expected)) return expected.map((item, at) => filled(item, (found as unknown[] | undefined)?.[at]))
  if (typeof expected !== 'object' || expected === null) return expected
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, filled(value, (found as Record<string, unknown> | undefined)?.[key])]))
}

function parameters (method: Method): string {
  const fields = [
    ...method.args.flatMap(argument => 'gather' in argument ? Object.entries(argument.gather) : [[argument.name, argument.field] as const]),
    ...Object.entries(method.options)
  ]
  return fields.length === 0 ? '–' : fields.map(([name, field]) => `\`${name}${field.optional === true ? '?' : ''}\``).join(', ')
}

describe('the vectors of the control protocol', () => {
  for (const exchange of exchanges) {
    it(exchange.name, async () => {
      const alice = await station()
      const contact = await alice.actor.contacts.add('sotto:bob')
      expect(contact.id).to.equal(BOB)
      for (let at = 0; at < (exchange.events ?? 0); at++) alice.actor.happen({ event: 'warning', text: String(at) })
      const raw = await alice.raw()
      const received: unknown[] = []
      const steps = exchange.sendText === undefined ? exchange.send ?? [] : [exchange.sendText]
      for (const [at, step] of steps.entries()) {
        if (typeof step === 'string') raw.write(step)
        else raw.send(step)
        const count = exchange.receiveAfter?.[at] ?? exchange.receive.length
        for (let line = 0; line < count; line++) received.push(await raw.next())
      }
      if (exchange.ends === true) await raw.closed()
      expect(received).to.deep.equal(filled(exchange.receive, received))
      await alice.close()
    })
  }

  it('the table of methods in the spec is the one in the code', () => {
    const spec = readFileSync(new URL('README.md', folder), 'utf8')
    const rows = [...spec.matchAll(/^\| `([\w.]+)`( †)? \| (call|list|stream) \| (.*) \|$/gm)].map(([, path, progress, kind, params]) => ({ path, progress: progress !== undefined, kind, params }))
    expect(rows).to.deep.equal(Object.entries(METHODS).map(([path, method]) => ({ path, progress: method.progress === true, kind: method.kind, params: parameters(method) })))
  })
})
