import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'react',
  summary: 'Put a reaction to a message, or take it back',
  details: 'Each has one reaction to a message: another replaces it.',
  positionals: [
    { name: 'ID', help: 'the message: `sotto history WHO --ids` shows ids' },
    { name: 'EMOJI', optional: true, help: 'one emoji; without, yours is taken back' }
  ],
  json: ['message', 'state'],
  examples: [
    { line: 'sotto react k3…x7 👍', says: 'a thumb for Bob' },
    { line: 'sotto react k3…x7', says: 'no thumb any more' }
  ]
}
