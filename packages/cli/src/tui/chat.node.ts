/**
 * The node behind the conversation: it may be one that stops, starts again or freezes while somebody talks.
 *
 * Invariants: what a person did is asked for until a node has answered it, with the same id, so that it happens once;
 * the answer of a connection that was given up changes nothing.
 */
import { NodeError } from '@sotto/node/errors'
import type { Messenger } from '@sotto/node'
import type { Trouble } from './chat.state.ts'

/** Between two looks whether a node runs again, ms. */
const AGAIN_MS = 500
/** A call that takes longer is told about, ms: most take a few. */
const SILENT_MS = 4000

const GONE = 'The node stopped. This waits until it runs again (sotto start); ^C leaves.'
const SILENT = 'The node has not answered yet: it is busy, or frozen. This goes on when it answers.'

/** A connection to a resident node, or nothing where none runs. */
export type Again = (signal: AbortSignal) => Promise<{ messenger: Messenger, close (): void } | undefined>

export interface ChatNodeInit {
  messenger: Messenger
  /** nothing where the node lives in this process: with it the conversation ends */
  again: Again | undefined
  signal: AbortSignal
  onTrouble: (trouble: Trouble | undefined) => void
  /** a node runs again */
  onBack: () => void
  onFailure: (error: unknown) => void
}

type Work<T> = (messenger: Messenger) => Promise<T>

export class ChatNode {
  readonly #init: ChatNodeInit
  #messenger: Messenger
  #close: (() => void) | undefined
  #gone = false
  #silent = 0
  #unsure = 0
  readonly #backs = new Set<() => void>()

  constructor (init: ChatNodeInit) {
    this.#init = init
    this.#messenger = init.messenger
    init.signal.addEventListener('abort', () => { this.#close?.() })
  }

  get messenger (): Messenger { return this.#messenger }
  get gone (): boolean { return this.#gone }
  /** What was asked for and has not been answered: nobody knows whether it happened. */
  get unsure (): number { return this.#unsure }

  /** One call. @throws what the node says; nothing comes where it went away: then it is as if it had not been asked */
  async ask<T> (work: Work<T>): Promise<T | undefined> {
    if (this.#gone) return undefined
    const messenger = this.#messenger
    let late = false
    const timer = setTimeout(() => { late = true; this.#silent++; this.#tell() }, SILENT_MS)
    try {
      return await work(messenger)
    } catch (error) {
      if (this.#init.signal.aborted) return undefined
      if (error instanceof NodeError && error.code !== 'NOT_RUNNING') throw error
      this.lost(error, messenger)
      return undefined
    } finally {
      clearTimeout(timer)
      if (late) { this.#silent--; this.#tell() }
    }
  }

  /** What must happen once, whatever becomes of the node: asked of the next one where this one went away. @throws what a node says */
  async insist (work: Work<unknown>): Promise<void> {
    this.#unsure++
    for (;;) {
      await this.#running()
      try {
        if (await this.ask(async messenger => { await work(messenger); return true }) === undefined) continue
      } catch (error) {
        this.#unsure--
        throw error
      }
      this.#unsure--
      return
    }
  }

  /** Never settles after the end: nobody waits for what is asked then. */
  async #running (): Promise<void> {
    while (this.#gone || this.#init.signal.aborted) await new Promise<void>(resolve => { this.#backs.add(resolve) })
  }

  /** The connection to `messenger` broke. */
  lost (error: unknown, messenger: Messenger): void {
    if (this.#init.signal.aborted || this.#gone || messenger !== this.#messenger) return
    const { again } = this.#init
    if (again === undefined || !(error instanceof NodeError)) { this.#init.onFailure(error); return }
    this.#gone = true
    this.#tell()
    void this.#reconnect(again)
  }

  async #reconnect (again: Again): Promise<void> {
    const { signal } = this.#init
    let tries = 0
    while (!signal.aborted) {
      let found: Awaited<ReturnType<Again>>
      let refused: NodeError | undefined
      try {
        found = await again(signal)
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof NodeError)) { this.#init.onFailure(error); return }
        refused = error
      }
      if (found !== undefined) { this.#take(found); return }
      // one that runs and does not answer, or is another version, says itself what to do; one that is just dying says it once
      tries = refused === undefined ? 0 : tries + 1
      if (refused === undefined || tries === 1) this.#tell()
      else this.#init.onTrouble({ gone: true, text: refused.hint === undefined ? refused.message : `${refused.message} ${refused.hint}` })
      await new Promise<void>(resolve => {
        const done = (): void => { clearTimeout(timer); signal.removeEventListener('abort', done); resolve() }
        const timer = setTimeout(done, AGAIN_MS)
        signal.addEventListener('abort', done)
      })
    }
  }

  #take ({ messenger, close }: { messenger: Messenger, close (): void }): void {
    if (this.#init.signal.aborted) { close(); return }
    this.#close?.()
    this.#messenger = messenger
    this.#close = close
    this.#gone = false
    this.#tell()
    for (const back of this.#backs) back()
    this.#backs.clear()
    this.#init.onBack()
  }

  #tell (): void {
    this.#init.onTrouble(this.#gone ? { gone: true, text: GONE } : this.#silent > 0 ? { gone: false, text: SILENT } : undefined)
  }
}
