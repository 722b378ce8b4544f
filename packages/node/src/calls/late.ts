/**
 * Calls, loaded with the first one: by whoever places it, or by the first signal of somebody who does.
 *
 * Invariants: signals are heard in the order in which they came; after `stop()` nothing begins.
 */
import { NodeError } from '../errors.ts'
import { later } from '../late.ts'
import type { Calls } from './calls.ts'
import type { CarriedCall } from './handover.ts'
import type { CallAnswer, CallTracks, CallView } from '../api.ts'
import type { Logger } from '../components.ts'

export interface CallsPart extends Pick<Calls, 'start' | 'answer' | 'invite' | 'hangUp' | 'send' | 'list' | 'streams' | 'heard' | 'shutOut' | 'review' | 'stop'> {
  /** Somebody is told of calls, and could take one, until what it returns is called (CALL-24). */
  attend: () => () => void
}

/** Signals that wait for the code, of all people: an invitation, and what follows it at once. More can only be a flood. */
const MAX_WAITING = 64

export class LateCalls implements CallsPart {
  readonly #logger: Logger
  readonly #load: () => Promise<Calls>
  #made: Calls | undefined
  #waiting: Array<(calls: Calls) => void> = []
  #loading: Promise<Calls> | undefined
  #stopped = false
  #attending = 0

  constructor (logger: Logger, make: () => Promise<Calls>) {
    this.#logger = logger
    this.#load = later(make)
  }

  async start (who: string | readonly string[], answer?: CallAnswer): Promise<CallView> { return (await this.#real()).start(who, answer) }
  async answer (id: string, answer?: CallAnswer): Promise<CallView> { return (await this.#real()).answer(id, answer) }
  async invite (id: string, who: string): Promise<CallView> { return (await this.#real()).invite(id, who) }
  async hangUp (id: string): Promise<CallView> { return (await this.#real()).hangUp(id) }
  async send (id: string, change: Partial<CallTracks>): Promise<CallView> { return (await this.#real()).send(id, change) }
  /** Before anything is heard. */
  async resume (calls: readonly CarriedCall[]): Promise<void> { for (const { state } of calls) await (await this.#real()).resume(state) }

  list (): CallView[] { return this.#made?.list() ?? [] }
  streams (id: string): ReturnType<Calls['streams']> { return this.#made?.streams(id) }

  heard (...said: Parameters<Calls['heard']>): void {
    if (this.#made !== undefined) return this.#made.heard(...said)
    if (this.#stopped || this.#waiting.length >= MAX_WAITING) return
    this.#waiting.push(calls => { calls.heard(...said) })
    this.#real().catch((error: unknown) => {
      this.#waiting = []
      this.#logger.error('a call could not be heard', error)
    })
  }

  async shutOut (identity: Uint8Array): Promise<void> { await this.#made?.shutOut(identity) }
  review (): void { this.#made?.review() }

  attend (): () => void {
    const change = (by: number): void => {
      this.#attending += by
      this.#made?.attend(this.#attending > 0)
    }
    change(1)
    return () => { change(-1) }
  }

  async stop (): Promise<void> {
    this.#stopped = true
    await (await this.#loading?.catch(() => undefined))?.stop()
  }

  async #real (): Promise<Calls> {
    if (this.#stopped && this.#made === undefined) throw new NodeError('NETWORK_STOPPED', 'this node has stopped')
    this.#loading ??= this.#load().then(calls => {
      this.#made = calls
      calls.attend(this.#attending > 0)
      for (const hear of this.#waiting.splice(0)) hear(calls)
      return calls
    }, (error: unknown) => {
      this.#loading = undefined
      throw error
    })
    return this.#loading
  }
}
