import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'inbox',
  summary: 'Conversations, with what is unread',
  json: ['conversation', 'with', 'unread', 'last'],
  examples: [{ line: 'sotto inbox', says: 'the newest first' }]
}
