/** The mouse of a terminal, where it is asked for. Ink drops its reports: they are taken out of what it reads. */
import type { Action } from './chat.state.ts'

/** Buttons and the wheel, with places of any size (DEC modes 1000 and 1006). */
const ON = '\u001b[?1000h\u001b[?1006h'
const OFF = '\u001b[?1006l\u001b[?1000l'
/** SGR, as in xterm's ctlseqs: button, column and row from 1, pressed or released. */
// eslint-disable-next-line no-control-regex
const REPORT = /\u001b\[<(\d{1,5});(\d{1,5});(\d{1,5})([Mm])/g
const DOES: Readonly<Record<string, 'click' | 'up' | 'down'>> = { 0: 'click', 64: 'up', 65: 'down' }

export type MouseAction = Extract<Action, { type: 'mouse' }>

/** The reports in what a terminal wrote, and what is left of it without them. */
export function takeReports (text: string): { rest: string, actions: MouseAction[] } {
  const actions: MouseAction[] = []
  const rest = text.replace(REPORT, (_all, button: string, x: string, y: string, end: string) => {
    const does = end === 'M' ? DOES[button] : undefined
    if (does !== undefined) actions.push({ type: 'mouse', does, x: Number(x) - 1, y: Number(y) - 1 })
    return ''
  })
  return { rest, actions }
}

export interface Mouse {
  /** Whether wheel and clicks come to us; then the terminal selects text only with Shift. */
  set (on: boolean): void
}

export function createMouse (stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream, dispatch: (action: MouseAction) => void): Mouse {
  const { read } = stdin
  let ours = false
  return {
    set (on) {
      if (on === ours) return
      ours = on
      stdout.write(on ? ON : OFF)
      if (!on) { stdin.read = read; return }
      stdin.read = size => {
        const chunk: unknown = read.call(stdin, size)
        if (typeof chunk !== 'string') return chunk
        const { rest, actions } = takeReports(chunk)
        for (const action of actions) dispatch(action)
        return rest
      }
    }
  }
}
