/** What stands in the log of a call that is over (CALL-10). */
import { hexToBytes } from '@noble/hashes/utils.js'
import { Call as CallBody, CallOutcome, KIND_CALL } from '@sotto/protocols/message'
import type { Call, CallEnd } from './call.ts'
import type { CallsComponents } from './components.ts'

export function callEntryOf (call: Call): Uint8Array {
  const video = [call.tracks, call.theirs].some(tracks => tracks.video || tracks.screen)
  return CallBody.encode({
    call: hexToBytes(call.id),
    outcome: outcomeOf(call),
    video,
    caller: call.direction === 'outgoing',
    withdrawn: call.connected === undefined && call.end === 'cancelled',
    seconds: call.connected === undefined ? 0 : Math.max(0, Math.round((call.since - call.connected) / 1000))
  })
}

function outcomeOf ({ connected, end }: Call): CallOutcome {
  if (connected !== undefined) return end === 'lost' ? CallOutcome.CUT_OFF : CallOutcome.ANSWERED
  const without: Partial<Record<CallEnd, CallOutcome>> = { declined: CallOutcome.REFUSED, busy: CallOutcome.OCCUPIED, failed: CallOutcome.NO_WAY, lost: CallOutcome.NO_WAY, 'hung up': CallOutcome.ANSWERED }
  return without[end ?? 'unanswered'] ?? CallOutcome.MISSED
}

/** Entries on their way to the log. */
export class Entries {
  readonly #c: Pick<CallsComponents, 'channel' | 'logger'>
  readonly #writes = new Set<Promise<void>>()

  constructor (components: Pick<CallsComponents, 'channel' | 'logger'>) { this.#c = components }

  write (call: Call): void {
    const write = this.#append(call)
      .catch((error: unknown) => { this.#c.logger.error('a call could not be written down', error) })
      .finally(() => { this.#writes.delete(write) })
    this.#writes.add(write)
  }

  async settled (): Promise<void> { await Promise.all(this.#writes) }

  async #append (call: Call): Promise<void> {
    const channel = await this.#c.channel(hexToBytes(call.peer))
    await channel.room()
    await channel.append(KIND_CALL, callEntryOf(call)).durable
  }
}
