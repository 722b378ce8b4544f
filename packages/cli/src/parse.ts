import { nearest } from './suggest.ts'
import { bad } from './values.ts'
import type { CommandSpec, OptionSpec, Values } from './values.ts'

export interface Scan { values: Values, positionals: string[], rest: string[] }
export interface ScanInit {
  options: readonly OptionSpec[]
  values: Values
  /** stop before the first word that is no option, and hand the rest back */
  stopAtWord?: boolean
  /** for the hint */
  command: string
}

function looksLikeOption (token: string): boolean { return token.length > 1 && token.startsWith('-') }

function find (token: string, init: ScanInit): OptionSpec {
  const name = token.replace(/^--?/, '')
  const option = init.options.find(option => token.startsWith('--') ? option.name === name : option.short === name)
  if (option !== undefined) return option
  const near = nearest(name, init.options.filter(option => option.hidden !== true).map(option => option.name))
  throw bad(`Unknown option ${token}.`, near !== undefined
    ? `Did you mean --${near}? \`${init.command} --help\` lists all.`
    : `\`${init.command} --help\` lists the options. Put -- before a text that begins with a dash.`)
}

function check (option: OptionSpec, value: string): string {
  if (option.choices !== undefined && !option.choices.includes(value)) {
    throw bad(`--${option.name} takes ${option.choices.join(', ')}, not ‘${value}’.`)
  }
  return value
}

/** Reads options into `init.values`. @throws UsageError BAD_ARGUMENT */
export function scan (tokens: readonly string[], init: ScanInit): Scan {
  const positionals: string[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? ''
    if (token === '--') {
      if (init.stopAtWord === true) return { values: init.values, positionals, rest: tokens.slice(at + 1) }
      positionals.push(...tokens.slice(at + 1))
      break
    }
    if (!looksLikeOption(token)) {
      if (init.stopAtWord === true) return { values: init.values, positionals, rest: tokens.slice(at) }
      positionals.push(token)
      continue
    }
    const equals = token.startsWith('--') ? token.indexOf('=') : -1
    const option = find(equals > 0 ? token.slice(0, equals) : token, init)
    if (option.value === undefined) {
      if (equals > 0) throw bad(`--${option.name} takes no value.`)
      init.values.add(option.name, '')
    } else if (equals > 0) {
      init.values.add(option.name, check(option, token.slice(equals + 1)))
    } else {
      const next = tokens[at + 1]
      const usable = next !== undefined && !next.startsWith('--') && (option.optional !== true || /^\d+$/.test(next))
      if (!usable && option.optional !== true) throw bad(`--${option.name} needs a value: --${option.name} ${option.value}.`)
      init.values.add(option.name, usable ? check(option, next) : '')
      if (usable) at++
    }
  }
  return { values: init.values, positionals, rest: [] }
}

/** @throws UsageError BAD_ARGUMENT where a word is missing or left over */
export function checkPositionals (spec: CommandSpec, positionals: readonly string[], command: string): void {
  const wanted = spec.positionals ?? []
  const missing = wanted.filter(word => word.optional !== true)[positionals.length]
  if (missing !== undefined) throw bad(`${missing.name} is missing: ${usageLine(spec, command)}`, `\`${command} --help\` shows an example.`)
  if (positionals.length > wanted.length && wanted.at(-1)?.many !== true) {
    const takesText = wanted.at(-1)?.name === 'TEXT'
    throw bad(`Too many words: ${usageLine(spec, command)}`, takesText ? 'Put a text of several words in quotes.' : `\`${command} --help\` shows an example.`)
  }
}

export function usageLine (spec: CommandSpec, command: string): string {
  const words = (spec.positionals ?? []).map(({ name, optional, many }) => `${optional === true ? `[${name}]` : name}${many === true ? '…' : ''}`)
  const options = (spec.options ?? []).filter(option => option.hidden !== true).map(option => {
    const value = option.value === undefined ? '' : option.optional === true ? ` [${option.value}]` : ` ${option.value}`
    return `[--${option.name}${value}]${option.many === true ? '…' : ''}`
  })
  const sub = spec.subcommands === undefined ? [] : [spec.subcommands.map(sub => sub.name).join('|')]
  return [command, ...sub, ...words, ...options].join(' ')
}
