import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'listen',
  summary: 'Everything that happens, as it happens, until stopped',
  options: [{ name: 'since', value: 'CURSOR', help: 'first what happened after this cursor of an earlier line; it survives restarts' }],
  json: ['event', 'cursor', 'time'],
  examples: [
    { line: 'sotto listen', says: 'for reading along' },
    { line: "sotto listen --json | jq -r 'select(.event==\"message\").message.text'", says: 'for a bot' }
  ]
}
