import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'status',
  summary: 'How the node is: peers, reachability, mailboxes, what waits',
  json: ['running', 'revoked', 'peers', 'direct', 'relayed', 'reachable', 'directory', 'outbox', 'mailboxes', 'version'],
  examples: [{ line: 'sotto status --json', says: 'running tells whether a resident node serves this profile' }]
}
