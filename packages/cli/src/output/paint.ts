import { styleText } from 'node:util'
import type { Sink, World } from '../world.ts'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'
export type Paint = (style: Style, text: string) => string

/** Colours only for a person, and only one who has not asked for none (https://no-color.org). */
export function hasColours (sink: Sink, env: World['env']): boolean {
  return sink.terminal && (env.NO_COLOR === undefined || env.NO_COLOR === '') && env.TERM !== 'dumb'
}

export function createPaint (sink: Sink, env: World['env']): Paint {
  return hasColours(sink, env) ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text
}
