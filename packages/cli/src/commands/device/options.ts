import type { CommandSpec } from '../../values.ts'

const fields = ['device', 'role', 'current', 'peerId', 'since', 'lastSeen', 'connected', 'revoked']

export const options: CommandSpec = {
  name: 'device',
  summary: 'My devices: list, link another one, revoke one',
  subcommands: [
    { name: 'list', summary: 'Every device of this identity', json: fields, examples: [{ line: 'sotto device list', says: 'this one is marked' }] },
    {
      name: 'link',
      summary: 'Make another device one of mine',
      details: 'Shows a code for one other device, and waits until that has all contacts, conversations and history. Ctrl-C before a device came takes the code back.',
      options: [{ name: 'minutes', value: 'N', help: 'how long the code is good: 10, at most 60' }],
      json: ['state', 'code', 'expires', 'device', 'left'],
      examples: [{ line: 'sotto device link', says: 'shows a QR code and the line to type on the other device' }]
    },
    {
      name: 'join',
      summary: 'Make this one a device of mine, with a code from another',
      details: 'For a profile without an identity. The keys of this device are made here; the key of your identity stays where it is.',
      positionals: [{ name: 'CODE', help: 'what `sotto device link` showed, or `-` to read it from stdin' }],
      json: ['id', 'device', 'name', 'profile', 'atRest'],
      examples: [{ line: "sotto device join 'sotto:pair:…'", says: 'then `sotto start` gets the history' }]
    },
    {
      name: 'revoke',
      summary: 'Put a device of mine out for good',
      positionals: [{ name: 'DEVICE', help: 'its id, or the beginning of it' }],
      json: fields,
      examples: [{ line: 'sotto device revoke 3f9a', says: 'lost or stolen: it reads nothing that is said from now on' }]
    }
  ],
  examples: [
    { line: 'sotto device list', says: 'this one is marked' },
    { line: 'sotto device link', says: 'a code for another device' }
  ]
}
