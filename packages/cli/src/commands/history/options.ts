import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'history',
  summary: 'What was said, in causal order',
  positionals: [{ name: 'WHO', help: 'a contact, or your own id for notes to self' }],
  options: [
    { name: 'since', value: 'T', help: 'from then on: 2h, 3d, 2026-01-31, or Unix milliseconds' },
    { name: 'limit', value: 'N', help: 'only the last N' },
    { name: 'search', value: 'Q', help: 'only what has words that begin like those of Q' },
    { name: 'mark-read', help: 'all of it is read now' },
    { name: 'ids', help: 'show the ids that edit, retract, react and --reply-to take' }
  ],
  json: ['id', 'conversation', 'from', 'time', 'kind', 'text', 'state'],
  examples: [
    { line: 'sotto history bob --limit 20 --mark-read', says: 'the last 20' },
    { line: 'sotto history bob --search choir --json', says: 'for a script' }
  ]
}
