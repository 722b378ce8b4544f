/**
 * Text as cells of a terminal. Terminals disagree about emoji made of several characters, so a cluster counts as wide as the
 * widest of them draws it: a row may end early, and never runs over its end.
 */
import stringWidth from 'string-width'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const ASCII = /^[\x20-\x7e]*$/
/** Clusters whose width was worked out once; scripts with more of them are worked out again. */
const MAX_KNOWN = 4096
const known = new Map<string, number>()

/** What a reader calls characters: never cut inside. */
export function clusters (text: string): string[] {
  if (ASCII.test(text)) return text.split('')
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** Cells of one cluster. */
export function cells (cluster: string): number {
  if (cluster.length === 1 && cluster >= ' ' && cluster <= '~') return 1
  const found = known.get(cluster)
  if (found !== undefined) return found
  const apart = Array.from(cluster).reduce((sum, character) => sum + stringWidth(character), 0)
  const width = Math.max(stringWidth(cluster), apart)
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(cluster, width)
  return width
}

export function widthOf (text: string): number {
  if (ASCII.test(text)) return text.length
  return clusters(text).reduce((sum, cluster) => sum + cells(cluster), 0)
}

/** The beginning that fits, with an ellipsis where something was cut. */
export function cut (text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let taken = ''
  let width = 1
  for (const cluster of clusters(text)) {
    width += cells(cluster)
    if (width > columns) break
    taken += cluster
  }
  return columns < 1 ? '' : `${taken}…`
}

/** Exactly `columns` wide. Emoji of several characters are reduced to their first, on whose width all terminals agree. */
export function column (text: string, columns: number): string {
  const plain = clusters(text).map(cluster => cells(cluster) > 2 || cluster.includes('\ufe0f') ? Array.from(cluster)[0] ?? '' : cluster).join('')
  const short = cut(plain, columns)
  return short + ' '.repeat(Math.max(0, columns - widthOf(short)))
}

/** Lines of at most `columns` cells: broken at spaces, within a word only where it is longer than a line. */
export function wrap (text: string, columns: number): string[] {
  const room = Math.max(2, columns)
  return text.split('\n').flatMap(line => wrapLine(line, room))
}

/** Whether the word that begins with `begun` and goes on at `from` fits into a line of its own. */
function fitsAlone (begun: string, all: readonly string[], from: number, columns: number): boolean {
  let width = widthOf(begun)
  for (let at = from; at < all.length && all[at] !== ' ' && width <= columns; at++) width += cells(all[at] ?? '')
  return width <= columns
}

function wrapLine (text: string, columns: number): string[] {
  if (text.length <= columns && ASCII.test(text)) return [text]
  const lines: string[] = []
  let line = ''
  let width = 0
  let breakAt = 0
  const all = clusters(text)
  for (const [at, cluster] of all.entries()) {
    const wide = cells(cluster)
    if (width + wide > columns) {
      if (cluster === ' ') { lines.push(line); line = ''; width = 0; breakAt = 0; continue }
      const whole = breakAt > 0 && fitsAlone(line.slice(breakAt), all, at, columns)
      const rest = whole ? line.slice(breakAt) : ''
      lines.push(whole ? line.slice(0, breakAt).trimEnd() : line)
      line = rest
      width = widthOf(rest)
      breakAt = 0
    }
    line += cluster
    width += wide
    if (cluster === ' ') breakAt = line.length
  }
  lines.push(line)
  return lines
}
