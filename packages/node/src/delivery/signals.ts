/** Steps of calls that wait in a channel for devices that are there (CALL-3). */
import type { ChannelState } from './channel-state.ts'

/** Unsent steps: a device that is not there hears nothing later. */
const MAX_WAITING_SIGNALS = 64

export class Signals {
  readonly #state: ChannelState
  #quiet: PromiseWithResolvers<void> | undefined

  constructor (state: ChannelState) {
    this.#state = state
  }

  get #wait (): boolean { return this.#state.due.signals.length > 0 || this.#state.outbox.list().some(({ kind }) => kind === 'signal') }

  /** Where too many wait, the oldest is dropped. @param at Unix milliseconds */
  add (bytes: Uint8Array, at: number): void {
    const { signals } = this.#state.due
    signals.push({ bytes, at })
    if (signals.length > MAX_WAITING_SIGNALS) signals.shift()
  }

  /** Resolves when none waits: all were heard over there, or are too old, or the channel closed. */
  async settled (): Promise<void> {
    if (this.#wait) await (this.#quiet ??= Promise.withResolvers()).promise
  }

  /** Some may be done with. */
  look (): void { if (!this.#wait) this.close() }

  close (): void {
    this.#quiet?.resolve()
    this.#quiet = undefined
  }
}
