import type { CommandSpec, PositionalSpec } from '../../values.ts'

const WHO: PositionalSpec = { name: 'WHO', optional: true, help: 'name or id of who asks; may be left out where only one does' }
const json = ['id', 'name', 'note', 'time'] as const

export const options: CommandSpec = {
  name: 'request',
  summary: 'Who wants to talk to me: list, accept, decline',
  subcommands: [
    { name: 'list', summary: 'Everybody who asks', json, examples: [{ line: 'sotto request list', says: 'names are what they call themselves: not proved' }] },
    {
      name: 'accept',
      summary: 'Talk to somebody who asked',
      positionals: [WHO],
      options: [{ name: 'name', value: 'N', help: 'what you call them' }],
      json,
      examples: [{ line: 'sotto request accept bob', says: 'what they wrote meanwhile arrives' }]
    },
    { name: 'decline', summary: 'Do not talk; they do not learn of it', positionals: [WHO], json, examples: [{ line: 'sotto request decline mallory', says: 'the request is gone' }] }
  ],
  examples: [{ line: 'sotto request accept', says: 'accepts the only request there is' }]
}
