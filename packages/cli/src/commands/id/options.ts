import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'id',
  summary: 'Who I am, and my link',
  options: [
    { name: 'qr', help: 'the link as a QR code too' },
    { name: 'invite', help: 'a link with a one-time token: the request of whoever comes with it is never crowded out' },
    { name: 'name', value: 'N', help: 'call yourself N from now on' },
    { name: 'read-receipts', value: 'on|off', help: 'whether contacts learn how far you have read; where not, you learn it of nobody' }
  ],
  json: ['id', 'name', 'device', 'link', 'webLink', 'readReceipts'],
  examples: [
    { line: 'sotto id --qr', says: 'for a friend beside you' },
    { line: 'sotto id --invite', says: 'for a friend far away' }
  ]
}
