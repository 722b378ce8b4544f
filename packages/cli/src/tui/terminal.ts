/**
 * The full screen, and its end: whatever ends the process in a way that a process can notice, the terminal is given back as it was.
 */
import { render } from 'ink'
import { createElement as h } from 'react'
import { Chat } from './chat.view.ts'
import { createMouse } from './mouse.ts'
import type { Store } from './chat.view.ts'

/** Frames per second at most: more than an eye needs, and a key is seen within two of a screen's own. */
const MAX_FPS = 60

export interface TerminalInit {
  stdin: NodeJS.ReadStream
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
  colours: boolean
  store: Store
  /** calls when this process is about to say why it breaks down, and ends */
  onCrash: (leave: () => void) => () => void
}

export interface Terminal {
  /** Settles when the screen was left; rejects where drawing it failed. */
  readonly ended: Promise<unknown>
  /** Whether wheel and clicks come to us; then the terminal selects text only with Shift. */
  mouse (on: boolean): void
  leave (): void
}

export function enterTerminal ({ stdin, stdout, stderr, colours, store, onCrash }: TerminalInit): Terminal {
  const ink = render(h(Chat, { store, colours }), {
    stdin, stdout, stderr, alternateScreen: true, interactive: true, exitOnCtrlC: false, patchConsole: false, maxFps: MAX_FPS, isScreenReaderEnabled: false
  })
  const mouse = createMouse(stdin, stdout, store.dispatch)
  const leave = (): void => {
    mouse.set(false)
    ink.unmount()
  }
  // before whoever reports a crash: its words must not vanish with the alternate screen
  const calm = onCrash(leave)
  return {
    ended: ink.waitUntilExit().finally(() => { mouse.set(false); calm() }),
    mouse (on) { mouse.set(on) },
    leave
  }
}
