import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'restore',
  summary: 'Bring an identity back from its recovery phrase, as a new device',
  details: 'Reads the 24 words from stdin. Contacts add the new device by themselves and hand the history back.',
  options: [{ name: 'name', value: 'N', help: 'what you call yourself towards contacts' }],
  json: ['id', 'device'],
  examples: [{ line: 'sotto restore < phrase.txt', says: 'from a file; on a terminal it asks' }]
}
