import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'doctor',
  summary: 'What is the matter, and what to do about it',
  details: 'Looks at disk, clock, network, ports, mailboxes, outbox and directory, the worst first; also where no node can start. Ends with 1 where it found a problem, with 0 where there are only warnings (!) or none.',
  json: ['code', 'level', 'finding', 'advice'],
  examples: [
    { line: 'sotto doctor', says: 'when messages do not arrive, or before asking somebody for help' },
    { line: 'sotto doctor --json', says: 'one finding on each line; level is ok, warning or problem' }
  ]
}
