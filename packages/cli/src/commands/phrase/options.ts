import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'phrase',
  summary: 'Show the recovery phrase again',
  details: 'A profile with a passphrase asks for it anew, also while its node runs.',
  json: ['phrase'],
  examples: [{ line: 'sotto phrase', says: 'the 24 words; see that nobody looks' }]
}
