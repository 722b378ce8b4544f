import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'send',
  summary: 'Send a message',
  details: 'Without --wait it returns once the message is safe on this device (sealed). stored: signed for by mailboxes; delivered, read: signed by a\ndevice of theirs. A later state satisfies an earlier wait.',
  positionals: [
    { name: 'WHO', help: 'a contact, or your own id for a note to self' },
    { name: 'TEXT', help: 'up to 32 KiB; - reads stdin' }
  ],
  options: [
    { name: 'wait', value: 'STATE', choices: ['sealed', 'stored', 'delivered', 'read'], help: 'wait until it is' },
    { name: 'timeout', value: 'S', help: 'how long to wait, in seconds (60); then ends with 3 and says why' },
    { name: 'reply-to', value: 'ID', help: 'the message that this answers' },
    { name: 'id', value: 'ID', help: 'a name for this message: the same one twice sends once' }
  ],
  json: ['message', 'state', 'copies', 'waiting'],
  examples: [
    { line: "sotto send bob 'hello'", says: 'says hello to Bob, now or when he is back' },
    { line: 'uptime | sotto send bob - --wait delivered --timeout 30 --json', says: 'from a script' }
  ]
}
