import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'man',
  summary: 'The manual page',
  examples: [
    { line: 'sotto man | man -l -', says: 'to read it' },
    { line: 'sotto man > /usr/local/share/man/man1/sotto.1', says: 'to have it as man sotto' }
  ]
}
