/** What can stand where on the command line, from the same tables that the parser and the help read. */
import { globalOptions } from '../globals.ts'
import type { CommandSpec, OptionSpec, PositionalSpec } from '../values.ts'

/** What a word or value may be: fixed ones, a contact, somebody who asks, a file, or anything. */
export type Words = readonly string[] | 'contacts' | 'requests' | 'files' | 'any'

export interface Flag { name: string, short?: string | undefined, help: string, /** nothing: a flag */ value?: Words | undefined, optional: boolean }

/** One verb, with its second word where it has one. */
export interface Entry { path: string, summary: string, flags: readonly Flag[], words: readonly Words[] }

export interface Table {
  verbs: ReadonlyArray<{ name: string, summary: string }>
  /** second words by verb */
  seconds: ReadonlyMap<string, ReadonlyArray<{ name: string, summary: string }>>
  entries: readonly Entry[]
  global: readonly Flag[]
}

const FILES = new Set(['DIR', 'F', 'FILE'])

function flag (option: OptionSpec): Flag {
  const value: Words | undefined = option.value === undefined ? undefined : option.choices ?? (FILES.has(option.value) ? 'files' : 'any')
  return { name: option.name, short: option.short, help: option.help, value, optional: option.optional === true }
}

function flags (options: readonly OptionSpec[]): Flag[] { return options.filter(option => option.hidden !== true).map(flag) }

function words (verb: string, positional: PositionalSpec): Words {
  if (positional.choices !== undefined) return positional.choices
  return positional.name !== 'WHO' ? 'any' : verb === 'request' ? 'requests' : 'contacts'
}

function entry (path: string, spec: CommandSpec): Entry {
  const verb = path.split(' ')[0] ?? ''
  return { path, summary: spec.summary, flags: flags(spec.options ?? []), words: (spec.positionals ?? []).map(positional => words(verb, positional)) }
}

export function completionTable (commands: readonly CommandSpec[]): Table {
  const pairs = (specs: readonly CommandSpec[]): Array<{ name: string, summary: string }> => specs.map(({ name, summary }) => ({ name, summary }))
  return {
    verbs: [...pairs(commands), { name: 'help', summary: 'The help; with a verb, its own' }],
    seconds: new Map([
      ...commands.filter(command => command.subcommands !== undefined).map(command => [command.name, pairs(command.subcommands ?? [])] as const),
      ['help', pairs(commands)]
    ]),
    entries: commands.flatMap(command => [entry(command.name, command), ...(command.subcommands ?? []).map(sub => entry(`${command.name} ${sub.name}`, sub))]),
    global: flags(globalOptions)
  }
}

/** Options, with both dashes, that take the word after them. */
export function taking ({ entries, global }: Table): string[] {
  const all = [...global, ...entries.flatMap(entry => entry.flags)]
  return [...new Set(all.filter(flag => flag.value !== undefined && !flag.optional).map(flag => `--${flag.name}`))]
}

/** In single quotes for a POSIX shell, zsh and bash. */
export function quoted (text: string): string { return `'${text.replaceAll("'", "'\\''")}'` }
