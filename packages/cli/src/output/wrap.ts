import stringWidth from 'string-width'

/** Narrower than this nothing reads well: the terminal wraps by itself. */
const MIN_COLUMNS = 30
/** Longer lines tire the eye. */
const MAX_COLUMNS = 100

/** What stays on one line: a word, or an order in backticks, which somebody copies. */
const WORDS = /(?:`[^`]*`|\S)+/g

/** Breaks text at spaces, each line set in; what is too long stays whole. */
export function wrap (text: string, columns: number, indent: string): string {
  const width = Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, columns)) - indent.length
  return text.split('\n').flatMap(paragraph => {
    const lines = ['']
    for (const word of paragraph.match(WORDS) ?? []) {
      const line = lines.at(-1) ?? ''
      if (line !== '' && stringWidth(line) + 1 + stringWidth(word) > width) lines.push(word)
      else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
    }
    return lines
  }).map(line => `${indent}${line}`).join('\n')
}
