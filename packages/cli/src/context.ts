import type { Output } from './output/output.ts'
import type { CommandSpec, Values } from './values.ts'
import type { World } from './world.ts'

/** Everything a handler gets. */
export interface Context {
  world: World
  output: Output
  /** absolute */
  profile: string
  values: Values
  /** the words after the verb */
  words: readonly string[]
  /** the verb, with its second word where it has one */
  verb: readonly string[]
  /** every verb, for what is made from their tables */
  commands: () => Promise<readonly CommandSpec[]>
}

/** Returns the exit code, or nothing for 0. */
export type Handler = (context: Context) => Promise<number | undefined>

export interface Command extends CommandSpec {
  /** one for each subcommand by name, or one under '' */
  handlers: Readonly<Record<string, Handler>>
}
