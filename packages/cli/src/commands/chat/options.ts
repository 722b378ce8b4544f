import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'chat',
  summary: 'Talk, in the whole terminal: conversations, history, what others type',
  details: 'Enter sends, ^J makes a new line, the arrows choose a message to answer, edit, retract or react to.\n^G shows all keys, ^C ends it.',
  positionals: [{ name: 'WHO', optional: true, help: 'a contact, or your own id for notes to self; without, the list' }],
  examples: [
    { line: 'sotto chat', says: 'all conversations, and who asks to talk' },
    { line: 'sotto chat bob', says: 'straight to Bob' }
  ]
}
