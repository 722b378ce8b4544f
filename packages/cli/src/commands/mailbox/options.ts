import type { CommandSpec, PositionalSpec } from '../../values.ts'

const WHO: PositionalSpec = { name: 'WHO', help: 'a contact: name, id, link, or an unambiguous beginning' }

export const options: CommandSpec = {
  name: 'mailbox',
  summary: 'Who keeps mail for me, and for whom I keep it: list, offer, revoke, status',
  subcommands: [
    { name: 'list', summary: 'Who keeps my mail while I am away', json: ['peer', 'kind', 'used', 'limit'], examples: [{ line: 'sotto mailbox list', says: 'three are enough' }] },
    {
      name: 'offer',
      summary: 'Keep mail for a contact on this node',
      positionals: [WHO],
      options: [{ name: 'bytes', value: 'N', help: 'how much, such as 64MiB' }],
      json: ['mode', 'used', 'limit', 'grants'],
      examples: [{ line: 'sotto mailbox offer bob --bytes 128MiB', says: 'Bob learns of it in your conversation' }]
    },
    { name: 'revoke', summary: 'Keep no more mail for a contact', positionals: [WHO], json: ['mode', 'used', 'limit', 'grants'], examples: [{ line: 'sotto mailbox revoke bob', says: 'what lies here can still be fetched' }] },
    { name: 'status', summary: 'What this node keeps for others', json: ['mode', 'used', 'limit', 'queues', 'items', 'grants'], examples: [{ line: 'sotto mailbox status --json', says: 'how full it is' }] }
  ],
  examples: [{ line: 'sotto mailbox list', says: 'who keeps my mail' }]
}
