import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'init',
  summary: 'Make a new identity and device, and show the recovery phrase',
  details: 'Without a passphrase the keys of the profile lie in a file beside it that only you can read.\nWrite the 24 words on paper: they are the only way back if this device is lost.',
  options: [{ name: 'name', value: 'N', help: 'what you call yourself towards contacts' }],
  json: ['id', 'device', 'phrase', 'profile'],
  examples: [
    { line: 'sotto init --name Alice', says: 'a new identity in the default profile' },
    { line: 'sotto init --profile ./bot --passphrase-file ./secret --json', says: 'for a bot, with a profile of its own' }
  ]
}
