/** The full-screen conversation from beginning to end. Loaded by `sotto chat` alone. */
import { initial } from './chat.state.ts'
import { ChatController } from './chat.controller.ts'
import { enterTerminal } from './terminal.ts'
import type { IdentityId, Messenger } from '@sotto/node'

export interface ChatInit {
  messenger: Messenger
  streams: { stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream }
  colours: boolean
  /** opened at once */
  who: IdentityId | undefined
  signal: AbortSignal
  now: () => number
}

/** Resolves when the person, or the signal, ended it; rejects when the node went away. */
export async function chat ({ messenger, streams, colours, who, signal, now }: ChatInit): Promise<void> {
  const self = await messenger.self({ signal })
  const { columns, rows } = streams.stdout
  let failure: { error: unknown } | undefined
  let leave = (): void => {}
  const controller = new ChatController({
    messenger,
    now,
    state: initial(self.id, self.name === '' ? 'Sotto' : self.name, { columns, rows }),
    onQuit: () => { leave() },
    onFailure: error => { failure ??= { error }; leave() }
  })
  try {
    await controller.start()
    if (who !== undefined) controller.dispatch({ type: 'open', who })
    const terminal = enterTerminal({ ...streams, colours, store: controller })
    leave = () => { terminal.leave() }
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
}
