/** The manual page, from the same tables as the help (man(7) macros; groff and mandoc read them). */
import { globalOptions } from '../globals.ts'
import { EXIT_MEANINGS } from '../output/exit.ts'
import type { CommandSpec, OptionSpec } from '../values.ts'

const ENVIRONMENT: ReadonlyArray<readonly [string, string]> = [
  ['SOTTO_PROFILE', 'the directory of the profile, as --profile'],
  ['SOTTO_PASSPHRASE', 'the passphrase of the profile'],
  ['SOTTO_NETWORK', 'public or local, as --network'],
  ['SOTTO_BOOTSTRAP', 'nodes to know first, by comma or space; none for none'],
  ['SOTTO_LISTEN', 'addresses to listen at, by comma or space; none for none'],
  ['SOTTO_ICE_SERVERS', 'servers for calls, as --ice-server of start; none for none'],
  ['SOTTO_WEB_HOST', 'the page that links go through, as --web-host of start; none for none'],
  ['SOTTO_DEBUG', '1 adds the stack of an error'],
  ['NO_COLOR', 'set to anything: no colours']
]

/** Text as roff: nothing in it is a request or an escape. */
export function roff (text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^([.'])/gm, '\\&$1')
}

/** An argument of a macro, in quotes. */
function argument (text: string): string { return `"${roff(text).replaceAll('"', '\\(dq')}"` }

function optionRows (options: readonly OptionSpec[]): string[] {
  return options.filter(option => option.hidden !== true).flatMap(option => {
    const name = `\\fB${roff(`${option.short === undefined ? '' : `-${option.short}, `}--${option.name}`)}\\fR`
    const value = option.value === undefined ? '' : option.optional === true ? ` [\\fI${roff(option.value)}\\fR]` : ` \\fI${roff(option.value)}\\fR`
    return ['.TP', `${name}${value}`, roff(`${option.help}${option.choices === undefined ? '' : ` (${option.choices.join(', ')})`}${option.many === true ? '; may be given more than once' : ''}.`)]
  })
}

function usage (spec: CommandSpec, command: string): string {
  const words = (spec.positionals ?? []).map(word => word.optional === true ? `[\\fI${roff(word.name)}\\fR]` : `\\fI${roff(word.name)}\\fR${word.many === true ? ' …' : ''}`)
  const options = (spec.options ?? []).some(option => option.hidden !== true) ? ['[\\fIoptions\\fR]'] : []
  return [`\\fB${roff(command)}\\fR`, ...options, ...words].join(' ')
}

function section (spec: CommandSpec, command: string): string[] {
  return [
    `.SS ${argument(command.replace(/^sotto /, ''))}`,
    ...spec.subcommands === undefined ? [usage(spec, command), '.PP'] : [],
    roff(`${spec.summary}.`),
    ...(spec.details ?? '').split('\n').filter(line => line !== '').flatMap(line => ['.PP', roff(line)]),
    ...(spec.positionals ?? []).flatMap(word => ['.TP', `\\fI${roff(word.name)}\\fR`, roff(`${word.help}.`)]),
    ...optionRows(spec.options ?? []),
    ...spec.json === undefined ? [] : ['.PP', roff(`With --json each line has: ${spec.json.join(', ')}.`)],
    ...spec.examples.flatMap(example => ['.PP', roff(`For example, ${example.says}:`), '.PP', '.nf', '.RS', roff(example.line), '.RE', '.fi']),
    ...(spec.subcommands ?? []).flatMap(sub => section(sub, `${command} ${sub.name}`))
  ]
}

export function manPage (commands: readonly CommandSpec[], version: string): string {
  return [
    `.TH SOTTO 1 "" ${argument(`sotto ${version}`)} "User Commands"`,
    '.SH NAME',
    'sotto \\- talk to people, peer to peer, with no operator in between',
    '.SH SYNOPSIS',
    '\\fBsotto\\fR [\\fIoptions\\fR] \\fIVERB\\fR ...',
    '.SH DESCRIPTION',
    roff('Sotto is a messenger without an operator. An identity is made in a second, a link is shared, and people talk; what is written is sealed on the device of who writes it and opened on the device of who reads it.'),
    '.PP',
    roff('WHO is the name of a contact, an identity id, a link, or the beginning of a name or id that fits only one. Every verb works with a resident node (sotto start) and without one. Results go to stdout; progress, notes and errors go to stderr.'),
    '.SH OPTIONS',
    'These stand before or after any verb.',
    ...optionRows(globalOptions),
    '.SH VERBS',
    ...commands.flatMap(command => section(command, `sotto ${command.name}`)),
    '.SH "EXIT STATUS"',
    ...EXIT_MEANINGS.flatMap(([code, means]) => ['.TP', `\\fB${code}\\fR`, roff(`${means}.`)]),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, means]) => ['.TP', `\\fB${name}\\fR`, roff(`${means}.`)]),
    ''
  ].join('\n')
}
