/** Arguments of a control method as data: validated at the node's door, before anything acts on them (CTL-5). */
import { UsageError } from '@sotto/node/errors'

export type Field =
  | { type: 'text', max: number, optional?: true, choices?: readonly string[] }
  /** one text, or a list of them, each within `max` */
  | { type: 'texts', max: number, most: number, optional?: true }
  | { type: 'flag', optional?: true }
  | { type: 'integer', max: number, optional?: true }

export type Fields = Readonly<Record<string, Field>>

/** One argument of a method of Messenger: a value by its name, or an object gathered from several. */
export type Argument = { name: string, field: Field } | { gather: Fields }

function wrong (name: string, why: string): UsageError {
  return new UsageError('BAD_ARGUMENT', `The argument ${name} ${why}.`, { hint: 'protocols/control tells what each method takes.' })
}

function validate (name: string, field: Field, value: unknown): unknown {
  if (value === undefined || value === null) {
    if (field.optional === true) return undefined
    throw wrong(name, 'is missing')
  }
  switch (field.type) {
    case 'flag':
      if (typeof value !== 'boolean') throw wrong(name, 'must be true or false')
      return value
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > field.max) throw wrong(name, `must be a whole number from 0 to ${field.max}`)
      return value
    case 'texts':
      if (!Array.isArray(value)) return validate(name, { type: 'text', max: field.max }, value)
      if (value.length === 0 || value.length > field.most) throw wrong(name, `must be one to ${field.most} texts`)
      return value.map(one => validate(name, { type: 'text', max: field.max }, one))
    case 'text':
      if (typeof value !== 'string') throw wrong(name, 'must be a string')
      if (value.length > field.max) throw wrong(name, `is longer than ${field.max} characters`)
      if (field.choices !== undefined && !field.choices.includes(value)) throw wrong(name, `must be one of ${field.choices.join(', ')}`)
      return value
  }
}

/** The fields that are present and right; others of `params` are left to the other arguments. */
export function decodeFields (fields: Fields, params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const decoded: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(fields)) {
    const value = validate(name, field, Object.hasOwn(params, name) ? params[name] : undefined)
    if (value !== undefined) decoded[name] = value
  }
  return decoded
}

export function decodeArgument (argument: Argument, params: Readonly<Record<string, unknown>>): unknown {
  if ('gather' in argument) return decodeFields(argument.gather, params)
  return decodeFields({ [argument.name]: argument.field }, params)[argument.name]
}

/** The named parameters for an argument, for the wire. */
export function encodeArgument (argument: Argument, value: unknown): Record<string, unknown> {
  if (value === undefined) return {}
  if ('name' in argument) return { [argument.name]: value }
  const given = value as Record<string, unknown>
  return Object.fromEntries(Object.keys(argument.gather).filter(name => given[name] !== undefined).map(name => [name, given[name]]))
}
