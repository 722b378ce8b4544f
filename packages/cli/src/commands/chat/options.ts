import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'chat',
  summary: 'Talk, in the whole terminal: conversations, history, what others type',
  details: 'Enter sends, ^J makes a new line, the arrows choose a message to answer, edit, retract or react to.\n^G shows all keys, ^C ends it.\nThe mouse selects text, as it does anywhere. With --mouse, or after ^T, the wheel scrolls and a click opens a\nconversation: most terminals then select text while Shift is held.',
  positionals: [{ name: 'WHO', optional: true, help: 'a contact, or your own id for notes to self; without, the list' }],
  options: [{ name: 'mouse', help: 'wheel and clicks from the start; ^T turns them off and on' }],
  examples: [
    { line: 'sotto chat', says: 'all conversations, and who asks to talk' },
    { line: 'sotto chat bob', says: 'straight to Bob' },
    { line: 'sotto chat --mouse', says: 'the wheel scrolls, a click opens' }
  ]
}
