import { EXIT_MEANINGS } from './output/exit.ts'
import { globalOptions } from './globals.ts'
import { usageLine } from './parse.ts'
import type { CommandSpec, OptionSpec } from './values.ts'

function columns (rows: ReadonlyArray<readonly [string, string]>): string[] {
  const width = Math.min(30, Math.max(0, ...rows.map(([left]) => left.length)))
  return rows.map(([left, right]) => left.length > width ? `  ${left}\n  ${' '.repeat(width)}  ${right}` : `  ${left.padEnd(width)}  ${right}`)
}

function optionRow (option: OptionSpec): readonly [string, string] {
  const value = option.value === undefined ? '' : option.optional === true ? ` [${option.value}]` : ` ${option.value}`
  const short = option.short === undefined ? '' : `-${option.short}, `
  const choices = option.choices === undefined ? '' : ` (${option.choices.join(', ')})`
  return [`${short}--${option.name}${value}`, `${option.help}${choices}`]
}

function optionBlock (title: string, options: readonly OptionSpec[]): string[] {
  const shown = options.filter(option => option.hidden !== true)
  return shown.length === 0 ? [] : ['', `${title}:`, ...columns(shown.map(optionRow))]
}

/** `sotto --help` */
export function overview (commands: readonly CommandSpec[]): string {
  return [
    'Sotto: talk to people, peer to peer, with no operator in between.',
    '',
    'Usage: sotto [options] VERB …',
    '',
    'Verbs:',
    ...columns(commands.map(command => [command.name, command.summary])),
    ...optionBlock('Options of every verb', globalOptions),
    '',
    'Begin with:',
    ...columns([['sotto start', 'a node of your own, an identity, and your link'], ['sotto contact add LINK', 'ask somebody to talk'], ["sotto send bob 'hello'", 'say something']]),
    '',
    'WHO is a contact\'s name, an identity id, a link, or the beginning of a name or id that fits only one.',
    `Exit codes: ${EXIT_MEANINGS.map(([code, means]) => `${code} ${means}`).join(', ')}.`,
    '`sotto VERB --help` says more about a verb.'
  ].join('\n')
}

/** `sotto send --help`, `sotto contact add --help` */
export function commandHelp (spec: CommandSpec, command: string): string {
  const positionals = spec.positionals ?? []
  const subcommands = spec.subcommands ?? []
  return [
    `${spec.summary}.`,
    '',
    ...subcommands.length > 0 ? ['Usage:', ...subcommands.map(sub => `  ${usageLine(sub, `${command} ${sub.name}`)}`), '', 'Verbs:', ...columns(subcommands.map(sub => [sub.name, sub.summary]))] : [`Usage: ${usageLine(spec, command)}`],
    ...spec.details === undefined ? [] : ['', spec.details],
    ...positionals.length === 0 ? [] : ['', ...columns(positionals.map(word => [word.name, word.help]))],
    ...optionBlock('Options', spec.options ?? []),
    ...spec.json === undefined ? [] : ['', `With --json each line has: ${spec.json.join(', ')}`],
    '',
    spec.examples.length > 1 ? 'Examples:' : 'Example:',
    ...spec.examples.flatMap(example => [`  ${example.line}`, `      ${example.says}`]),
    '',
    '`sotto --help` lists the options of every verb.'
  ].join('\n')
}
