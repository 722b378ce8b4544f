import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'react',
  summary: 'Put a reaction to a message',
  positionals: [
    { name: 'ID', help: 'the message: `sotto history WHO --ids` shows ids' },
    { name: 'EMOJI', help: 'one emoji' }
  ],
  json: ['message', 'state'],
  examples: [{ line: 'sotto react k3…x7 👍', says: 'a thumb for Bob' }]
}
