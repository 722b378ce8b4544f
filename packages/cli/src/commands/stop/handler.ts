import { setTimeout as sleep } from 'node:timers/promises'
import { UnreachableError } from '@sotto/node/errors'
import { connectControl } from '../../remote/client.ts'
import type { Context } from '../../context.ts'

/** A node flushes its store and says goodbye in far less, ms. */
const STOP_MS = 15_000
/** Between two looks whether the process still exists, ms: its end can be seen no other way. */
const LOOK_MS = 20

function exists (pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export async function handler (context: Context): Promise<undefined> {
  const { output, profile, world } = context
  const control = await connectControl(profile, { signal: world.signal })
  if (control === undefined) {
    output.result({ running: false, stopped: false }, () => 'No node runs on this profile.')
    return
  }
  const deadline = AbortSignal.any([AbortSignal.timeout(STOP_MS), world.signal])
  const { pid } = control.hello
  let done = false
  const expired = new Promise<void>(resolve => { deadline.addEventListener('abort', () => { resolve() }) })
  try {
    await control.stop({ signal: deadline })
    done = await Promise.race([control.closed.then(() => true), expired.then(() => false)])
    while (done && pid !== process.pid && exists(pid)) {
      if (deadline.aborted) done = false
      else await sleep(LOOK_MS)
    }
  } finally {
    control.close()
  }
  if (!done) throw new UnreachableError('TIMEOUT', 'The node has not stopped in time.', { hint: `Its process is ${pid}.` })
  output.result({ running: false, stopped: true }, () => 'Stopped.')
}
