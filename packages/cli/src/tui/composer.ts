/** The text that is being written: a value, and what keys make of it. The cursor stands between clusters. */
import { harmless } from '../output/harmless.ts'
import { cells, clusters } from './width.ts'

export interface Composer { readonly text: string, readonly at: number }

export const EMPTY: Composer = { text: '', at: 0 }

// what cannot be meant as text; line breaks stay
// eslint-disable-next-line no-control-regex
const NO_TEXT = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Line ends of any system are one, tabs are spaces, and control characters are no text. */
export function clean (text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/\t/g, '    ').replace(NO_TEXT, '')
}

export function insert ({ text, at }: Composer, more: string): Composer {
  const added = clean(more)
  return { text: text.slice(0, at) + added + text.slice(at), at: at + added.length }
}

function previous (text: string, at: number): number {
  // clusters do not reach over line ends: looking back one line is enough
  const start = text.lastIndexOf('\n', at - 2) + 1
  return at - (clusters(text.slice(start, at)).at(-1)?.length ?? 0)
}

function next (text: string, at: number): number {
  const end = text.indexOf('\n', at + 1)
  return at + (clusters(text.slice(at, end < 0 ? undefined : end))[0]?.length ?? 0)
}

export function backspace ({ text, at }: Composer): Composer {
  const from = previous(text, at)
  return { text: text.slice(0, from) + text.slice(at), at: from }
}

export function deleteNext ({ text, at }: Composer): Composer {
  return { text: text.slice(0, at) + text.slice(next(text, at)), at }
}

export function deleteWord ({ text, at }: Composer): Composer {
  const before = text.slice(0, at).replace(/\S+\s*$|\s+$/, '')
  return { text: before + text.slice(at), at: before.length }
}

export function deleteLine ({ text, at }: Composer): Composer {
  const start = text.lastIndexOf('\n', at - 1) + 1
  return { text: text.slice(0, start) + text.slice(at), at: start }
}

export function left ({ text, at }: Composer): Composer { return { text, at: previous(text, at) } }
export function right ({ text, at }: Composer): Composer { return { text, at: next(text, at) } }
export function home ({ text, at }: Composer): Composer { return { text, at: text.lastIndexOf('\n', at - 1) + 1 } }
export function end ({ text, at }: Composer): Composer {
  const stop = text.indexOf('\n', at)
  return { text, at: stop < 0 ? text.length : stop }
}

export interface Laid { lines: string[], x: number, y: number }

/** Lines as they are shown, and where the cursor stands. Broken at any cluster: what is typed must not jump about. */
export function lay ({ text, at }: Composer, columns: number): Laid {
  const lines = ['']
  let width = 0
  let place = 0
  let x = 0
  let y = 0
  const mark = (): void => { if (place <= at) { x = width; y = lines.length - 1 } }
  const room = Math.max(2, columns)
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) { lines.push(''); width = 0; place += 1 }
    mark()
    for (const cluster of clusters(line)) {
      const shown = harmless(cluster)
      const wide = shown === cluster ? cells(cluster) : shown.length
      if (width + wide > room) { lines.push(''); width = 0; mark() }
      lines[lines.length - 1] += shown
      width += wide
      place += cluster.length
      mark()
    }
  }
  if (x >= room) { y += 1; x = 0; if (y === lines.length) lines.push('') }
  return { lines, x, y }
}

/** The same column, one line up or down; nothing where there is no such line. */
export function vertical (composer: Composer, by: -1 | 1): Composer | undefined {
  const { text, at } = composer
  const start = home(composer).at
  if (by < 0) {
    if (start === 0) return undefined
    const above = home({ text, at: start - 1 }).at
    return { text, at: Math.min(start - 1, above + (at - start)) }
  }
  const stop = end(composer).at
  if (stop === text.length) return undefined
  return { text, at: Math.min(end({ text, at: stop + 1 }).at, stop + 1 + (at - start)) }
}
