import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'edit',
  summary: 'Change the text of a message of mine',
  positionals: [
    { name: 'ID', help: 'the message: `sotto history WHO --ids` shows ids' },
    { name: 'TEXT', help: 'the new text; - reads stdin' }
  ],
  json: ['message', 'state'],
  examples: [{ line: "sotto edit k3…x7 'hello, Bob'", says: 'both sides see that it was edited' }]
}
