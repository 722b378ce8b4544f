import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'stop',
  summary: 'End the resident node, and wait until it is gone',
  json: ['running', 'stopped'],
  examples: [{ line: 'sotto stop', says: 'what is sealed stays safe, and leaves with the next start' }]
}
