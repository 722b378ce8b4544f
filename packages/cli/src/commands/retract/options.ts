import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'retract',
  summary: 'Take a message of mine back',
  details: 'It disappears where Sotto shows it; who has read it has read it.',
  positionals: [{ name: 'ID', help: 'the message: `sotto history WHO --ids` shows ids' }],
  json: ['message', 'state'],
  examples: [{ line: 'sotto retract k3…x7', says: 'both sides see that something was retracted' }]
}
