import type { CommandSpec, PositionalSpec } from '../../values.ts'

const WHO: PositionalSpec = { name: 'WHO', help: 'a contact: name, id, link, or an unambiguous beginning' }
const json = ['id', 'name', 'verified', 'blocked'] as const

export const options: CommandSpec = {
  name: 'contact',
  summary: 'The people I talk to: add, list, show, rename, block, unblock, remove, verify',
  subcommands: [
    {
      name: 'add',
      summary: 'Add somebody by their link or id, and ask them to talk',
      details: 'Returns once the request is kept here; it is sent again until they accept.',
      positionals: [{ name: 'LINK', help: 'their link, or their id alone (found through the directory)' }],
      options: [
        { name: 'name', value: 'N', help: 'what you call them' },
        { name: 'note', value: 'TEXT', help: 'a first word; they see it with the request' }
      ],
      json: ['id', 'name', 'state'],
      examples: [{ line: "sotto contact add 'sotto:…' --name Bob --note 'Alice from the choir'", says: 'they see your note and accept, or not' }]
    },
    { name: 'list', summary: 'Everybody', json, examples: [{ line: 'sotto contact list --json', says: 'one object per contact' }] },
    { name: 'show', summary: 'One contact, with devices', positionals: [WHO], json, examples: [{ line: 'sotto contact show bob', says: 'what is known of Bob' }] },
    { name: 'rename', summary: 'Call a contact something else', positionals: [WHO, { name: 'NAME', help: 'the new name, only seen here' }], json, examples: [{ line: "sotto contact rename bob 'Bob B.'", says: 'they do not learn of it' }] },
    { name: 'block', summary: 'Hear no more of somebody, without their learning it', positionals: [WHO], json, examples: [{ line: 'sotto contact block mallory', says: 'their messages are dropped unseen' }] },
    { name: 'unblock', summary: 'Hear somebody again', positionals: [WHO], json, examples: [{ line: 'sotto contact unblock bob', says: 'from now on' }] },
    { name: 'remove', summary: 'Forget a contact', positionals: [WHO], json, examples: [{ line: 'sotto contact remove bob', says: 'the history stays' }] },
    {
      name: 'verify',
      summary: 'Show the safety number of you and a contact',
      details: 'Compare it by a way that nobody can forge: face to face, or by voice. If it is the same on both sides, nobody is in between.',
      positionals: [WHO],
      options: [{ name: 'confirm', help: 'it was the same: mark the contact as verified' }],
      json: [...json, 'safety'],
      examples: [
        { line: 'sotto contact verify bob', says: 'words, digits and a QR code to compare' },
        { line: 'sotto contact verify bob --confirm', says: 'after comparing' }
      ]
    }
  ],
  examples: [{ line: "sotto contact add 'sotto:…' --name Bob", says: 'a link comes from `sotto id` on their side' }]
}
