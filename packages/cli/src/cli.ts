/** One command line: finds the verb, reads its options, runs it, says what went wrong, and returns the exit code. */
import { NodeError, UsageError } from '@sotto/node/errors'
import { COMMANDS, allCommands, loadCommand } from './commands/index.ts'
import { globalOptions } from './globals.ts'
import { describe, createOutput } from './output/output.ts'
import { EXIT, exitCode } from './output/exit.ts'
import { checkPositionals, scan } from './parse.ts'
import { resolveProfile } from './profile.ts'
import { nearest } from './suggest.ts'
import { Values, bad } from './values.ts'
import type { Command, Handler } from './context.ts'
import type { CommandSpec } from './values.ts'
import type { World } from './world.ts'

interface Chosen { command: Command, spec: CommandSpec, handler: Handler | undefined, verb: string[], rest: string[] }

/** @throws UsageError BAD_ARGUMENT with the nearest verb */
async function choose (tokens: readonly string[], values: Values): Promise<Chosen | undefined> {
  const [name, ...rest] = scan(tokens, { options: globalOptions, values, stopAtWord: true, command: 'sotto' }).rest
  if (name === undefined) return undefined
  if (name === 'help') {
    values.add('help', '')
    return await choose(rest, values)
  }
  const command = await loadCommand(name)
  if (command === undefined) {
    const near = nearest(name, Object.keys(COMMANDS))
    throw bad(`Unknown verb ${name}.`, near === undefined ? '`sotto --help` lists the verbs.' : `Did you mean \`sotto ${near}\`?`)
  }
  if (command.subcommands === undefined) return { command, spec: command, handler: command.handlers[''], verb: [name], rest }
  const [second, ...others] = scan(rest, { options: [...globalOptions, ...command.options ?? []], values, stopAtWord: true, command: `sotto ${name}` }).rest
  const spec = command.subcommands.find(sub => sub.name === second)
  if (spec !== undefined && second !== undefined) return { command, spec, handler: command.handlers[second], verb: [name, second], rest: others }
  if (values.has('help')) return { command, spec: command, handler: undefined, verb: [name], rest: [] }
  const names = command.subcommands.map(sub => sub.name)
  if (second === undefined) throw bad(`Say what about ${name}: ${names.join(', ')}.`, `\`sotto ${name} --help\` explains them.`)
  const near = nearest(second, names)
  throw bad(`Unknown verb ${name} ${second}.`, near === undefined ? `It is one of ${names.join(', ')}.` : `Did you mean \`sotto ${name} ${near}\`?`)
}

async function helpText (chosen: Chosen | undefined): Promise<string> {
  const { commandHelp, overview } = await import('./help.ts')
  if (chosen !== undefined) return commandHelp(chosen.spec, ['sotto', ...chosen.verb].join(' '))
  return overview(await allCommands())
}

async function runVerb (argv: readonly string[], world: World, json: boolean): Promise<number> {
  const output = createOutput(world, json)
  const values = new Values()
  const chosen = await choose(argv, values)
  if (chosen !== undefined) {
    const command = ['sotto', ...chosen.verb].join(' ')
    const options = [...globalOptions, ...chosen.spec.options ?? []]
    const { positionals } = scan(chosen.rest, { options, values, command })
    if (!values.has('help') && !values.has('version')) {
      checkPositionals(chosen.spec, positionals, command)
      if (chosen.handler === undefined) throw bad(`Nothing answers to ${command}.`)
      return await chosen.handler({ world, output, profile: resolveProfile(values, world), values, words: positionals, verb: chosen.verb, commands: allCommands }) ?? EXIT.done
    }
  }
  if (values.has('version')) {
    output.result({ version: world.version }, () => world.version)
    return EXIT.done
  }
  const help = await helpText(chosen)
  if (values.has('help')) {
    output.result({ help }, () => help)
    return EXIT.done
  }
  if (json) throw bad('A verb is missing.', '`sotto --help` lists the verbs.')
  world.stderr.write(`${help}\n`)
  return EXIT.usage
}

/** JSON is decided before anything can go wrong, so that errors of parsing are JSON too. */
function wantsJson (argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json')
}

export async function run (argv: readonly string[], world: World): Promise<number> {
  const json = wantsJson(argv)
  try {
    return await runVerb(argv, world, json)
  } catch (error) {
    const failure = world.signal.aborted && !(error instanceof NodeError) ? new UsageError('ABORTED', 'Interrupted.', { cause: error }) : error
    createOutput(world, json).error(failure)
    if (world.env.SOTTO_DEBUG === '1' && error instanceof Error) world.stderr.write(`${error.stack ?? describe(error).message}\n`)
    return exitCode(failure)
  }
}
