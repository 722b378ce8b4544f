/** What send, edit, retract and react have in common: act, wait if asked, tell how far it got. */
import { NodeError, UnreachableError } from '@sotto/node/errors'
import { delivery } from './output/text.ts'
import { EXIT, exitCode } from './output/exit.ts'
import { withMessenger } from './session.ts'
import type { Context } from './context.ts'
import type { DeliveryView, MessageState, Messenger } from '@sotto/node'

/** How long --wait waits without --timeout, ms. */
const WAIT_MS = 60_000

export interface Wait { state: MessageState, timeout: number | undefined }

interface Outcome { view: DeliveryView, failure?: NodeError }

async function outcome (messenger: Messenger, sent: DeliveryView, wait: Wait, interrupt: AbortSignal): Promise<Outcome> {
  try {
    const deadline = AbortSignal.timeout(wait.timeout ?? WAIT_MS)
    return { view: await messenger.conversations.wait(sent.message, wait.state, { signal: AbortSignal.any([deadline, interrupt]) }) }
  } catch (error) {
    if (!(error instanceof NodeError) || !['TIMEOUT', 'NO_MAILBOX', 'ABORTED'].includes(error.code)) throw error
    const view = await messenger.conversations.delivery(sent.message)
    if (interrupt.aborted || error.code === 'NO_MAILBOX') return { view, failure: error }
    const why = view.waiting ?? error.hint
    return { view, failure: new UnreachableError('TIMEOUT', `Not ${wait.state} in time: ${reached(view, wait.state)}.`, { cause: error, hint: why ?? 'It is kept here and tried again for as long as a node runs.' }) }
  }
}

/** How far it got, where that is short of what was wanted. */
function reached ({ state, copies, mailboxes }: DeliveryView, wanted: MessageState): string {
  if (wanted !== 'stored' || state !== 'stored') return `the message is ${state}`
  const enough = Math.min(2, mailboxes)
  return `${copies} of ${enough} ${enough === 1 ? 'copy is' : 'copies are'} kept so far, the rest is tried again by itself`
}

/** Returns the exit code. The result stands on stdout whatever became of the wait: the message exists. */
export async function deliver (context: Context, act: (messenger: Messenger) => Promise<DeliveryView>, wait?: Wait): Promise<number> {
  const { output, world } = context
  return await withMessenger(context, async messenger => {
    const sent = await act(messenger)
    const { view, failure }: Outcome = wait === undefined || wait.state === 'sealed' ? { view: sent } : await outcome(messenger, sent, wait, world.signal)
    output.result(view, () => delivery(view, output.paint))
    if (failure === undefined) return EXIT.done
    output.error(failure)
    return exitCode(failure)
  }, { linger: wait === undefined || wait.state === 'sealed' })
}
