/** What is to be sent in each call: what was asked for last counts, also while a browser still asks a person for camera or screen. */
import type { CallTracks } from '../api.ts'

export class Wanted {
  readonly #calls = new Map<string, CallTracks>()

  /** @param now what is sent at this moment */
  ask (call: string, now: CallTracks, change: Partial<CallTracks>): void {
    this.#calls.set(call, { ...this.of(call, now), ...change })
  }

  /** undefined: nothing was ever changed */
  asked (call: string): CallTracks | undefined { return this.#calls.get(call) }

  of (call: string, now: CallTracks): CallTracks { return this.#calls.get(call) ?? now }

  /** Of what was asked for then, how it is wanted by now; all else stays as it is. */
  still (call: string, now: CallTracks, change: Partial<CallTracks>): CallTracks {
    const wanted = this.of(call, now)
    const last = Object.fromEntries(Object.keys(change).map(kind => [kind, wanted[kind as keyof CallTracks]]))
    return { ...now, ...last }
  }

  /** It cannot be had. */
  refuse (call: string, now: CallTracks, change: Partial<CallTracks>): void {
    const before = Object.fromEntries(Object.keys(change).map(kind => [kind, now[kind as keyof CallTracks]]))
    this.ask(call, now, before)
  }

  forget (call: string): void { this.#calls.delete(call) }
}
