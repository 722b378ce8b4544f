import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'search',
  summary: 'Messages with these words, in all conversations',
  details: 'Finds what has all of the words, or words that begin so, the newest first; case and accents do not matter. A first search of a long\nhistory indexes it, which takes a moment.',
  positionals: [{ name: 'WORDS', many: true, help: 'what to look for' }],
  options: [
    { name: 'limit', value: 'N', help: 'at most N, up to 500 (50)' },
    { name: 'before', value: 'ID', help: 'what stands after that message among what was found: the next page' },
    { name: 'ids', help: 'show the ids that edit, retract, react and --reply-to take' }
  ],
  json: ['message', 'with', 'name', 'marks'],
  examples: [
    { line: 'sotto search train tickets', says: 'whoever said it' },
    { line: 'sotto search choir --limit 500 --json', says: 'for a script' }
  ]
}
