import { NodeError } from '@sotto/node/errors'
import { harmless, harmlessJson } from './harmless.ts'
import { createPaint, hasColours } from './paint.ts'
import type { Paint } from './paint.ts'
import type { World } from '../world.ts'

/** Where a command speaks. Results on stdout; progress, notes and errors on stderr. */
export interface Output {
  readonly json: boolean
  /** a person looks at stdout, and sees text */
  readonly terminal: boolean
  readonly paint: Paint
  readonly colours: boolean
  readonly columns: number
  /** One result: its view for scripts, its text for people. Other people's text must come through `harmless`. */
  result (view: object, text: () => string): void
  /** Text for people only: headings, empty states. */
  say (text: string): void
  progress (line: string): void
  note (line: string): void
  error (error: unknown): void
}

export function createOutput (world: World, json: boolean): Output {
  const { stdout, stderr } = world
  const paintError = createPaint(stderr, world.env)
  const aside = (kind: 'progress' | 'note', line: string): void => {
    stderr.write(json ? `${harmlessJson({ [kind]: line })}\n` : `${paintError('dim', harmless(line))}\n`)
  }
  return {
    json,
    terminal: stdout.terminal && !json,
    paint: createPaint(stdout, world.env),
    colours: hasColours(stdout, world.env),
    columns: stdout.columns,
    result (view, text) { stdout.write(json ? `${harmlessJson(view)}\n` : `${text()}\n`) },
    say (text) { if (!json) stdout.write(`${text}\n`) },
    progress (line) { aside('progress', line) },
    note (line) { aside('note', line) },
    error (error) {
      const { code, message, hint } = describe(error)
      if (json) stderr.write(`${harmlessJson({ error: hint === undefined ? { code, message } : { code, message, hint } })}\n`)
      else stderr.write(`${paintError('red', 'sotto:')} ${harmless(message)}\n${hint === undefined ? '' : `  ${harmless(hint)}\n`}`)
    }
  }
}

export interface ErrorView { code: string, message: string, hint?: string | undefined }

export function describe (error: unknown): ErrorView {
  if (error instanceof NodeError) return { code: error.code, message: error.message, hint: error.hint }
  // What is no NodeError is a defect: its text may carry anything, so only its kind and place are told.
  const kind = error instanceof Error ? error.name : typeof error
  const place = error instanceof Error ? (error.stack ?? '').split('\n').find(line => line.trimStart().startsWith('at '))?.trim() : undefined
  return { code: 'INTERNAL', message: `Something in Sotto is broken: ${kind}${place === undefined ? '' : ` ${place}`}.`, hint: 'Please report this, with what you did before. SOTTO_DEBUG=1 shows more.' }
}
