import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'restore',
  summary: 'Bring an identity back from its recovery phrase, as a new device',
  details: 'Reads the 24 words from stdin. Contacts add the new device by themselves and hand the history back. If the old device was stolen, whoever has it could go on as you: --move gives that identity up for a new one, with new words, and your contacts are told so by your recovery phrase, and follow.',
  options: [
    { name: 'name', value: 'N', help: 'what you call yourself towards contacts' },
    { name: 'move', help: 'the old device was stolen: go on as a new identity, and have contacts follow' }
  ],
  json: ['id', 'device'],
  examples: [
    { line: 'sotto restore < phrase.txt', says: 'from a file; on a terminal it asks' },
    { line: 'sotto restore --move < phrase.txt', says: 'away from a thief; shows a new phrase' }
  ]
}
