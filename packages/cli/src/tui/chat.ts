/** The full-screen conversation from beginning to end. Loaded by `sotto chat` alone. */
import { initial } from './chat.state.ts'
import { ChatController } from './chat.controller.ts'
import { enterTerminal } from './terminal.ts'
import type { IdentityId, Messenger } from '@sotto/node'
import type { Again } from './chat.node.ts'

export interface ChatInit {
  messenger: Messenger
  /** where it is a resident node's: that node again, once it runs again */
  again?: Again | undefined
  streams: { stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream }
  colours: boolean
  /** wheel and clicks from the start */
  mouse: boolean
  onCrash: (leave: () => void) => () => void
  /** opened at once */
  who: IdentityId | undefined
  signal: AbortSignal
  now: () => number
}

/**
 * Resolves when the person, or the signal, ended it: with how much was asked for that no node has answered. Rejects when the
 * node of this process broke.
 */
export async function chat ({ messenger, again, streams, colours, mouse, onCrash, who, signal, now }: ChatInit): Promise<{ unsure: number }> {
  const self = await messenger.self({ signal })
  const { columns, rows } = streams.stdout
  let failure: { error: unknown } | undefined
  let leave = (): void => {}
  let onMouse = (_on: boolean): void => {}
  const controller = new ChatController({
    messenger,
    again,
    now,
    state: { ...initial(self.id, self.name === '' ? 'Sotto' : self.name, { columns, rows }), mouse },
    onQuit: () => { leave() },
    onMouse: on => { onMouse(on) },
    onFailure: error => { failure ??= { error }; leave() }
  })
  try {
    await controller.start()
    if (who !== undefined) controller.dispatch({ type: 'open', who })
    const terminal = enterTerminal({ ...streams, colours, store: controller, onCrash })
    leave = () => { terminal.leave() }
    onMouse = on => { terminal.mouse(on) }
    onMouse(mouse)
    signal.addEventListener('abort', leave)
    if (signal.aborted || failure !== undefined) leave()
    try {
      await terminal.ended
    } finally {
      signal.removeEventListener('abort', leave)
    }
  } finally {
    controller.stop()
  }
  if (failure !== undefined) throw failure.error
  return { unsure: controller.unsure }
}
