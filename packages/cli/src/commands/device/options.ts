import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'device',
  summary: 'My devices: list',
  subcommands: [
    { name: 'list', summary: 'Every device of this identity', json: ['device', 'role', 'current', 'peerId', 'since', 'revoked'], examples: [{ line: 'sotto device list', says: 'this one is marked' }] }
  ],
  examples: [{ line: 'sotto device list', says: 'this one is marked' }]
}
