import type { Paint } from './paint.ts'

/** Six words a line, as they are to be typed again. */
export function phraseBlock (phrase: string, paint: Paint): string {
  const words = phrase.split(' ')
  const lines: string[] = []
  for (let at = 0; at < words.length; at += 6) lines.push(`  ${words.slice(at, at + 6).join(' ')}`)
  return [
    paint('bold', 'Your recovery phrase. Write it on paper, and show it to nobody:'),
    '',
    ...lines.map(line => paint('cyan', line)),
    '',
    'Whoever has these words is you. With them, `sotto restore` brings you back on a new device.'
  ].join('\n')
}
