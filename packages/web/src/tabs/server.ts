/**
 * The leading tab's side: what other tabs ask of its node.
 *
 * Invariant: what a tab asked for ends with that tab, however it ends: each tab holds a lock in its own name.
 */
import { UsageError } from '@sotto/node/errors'
import { CREDIT, toWire } from './wire.ts'
import type { Backend } from './backend.ts'
import type { Message, Reply, Request } from './wire.ts'
import type { CallAnswer } from '@sotto/node'

/** Calls of one tab under way: a page that asks for more does not wait for its answers. */
const MAX_CALLS = 1024

interface Call { abort: AbortController, credit: number, wake: () => void }

export interface ServerInit {
  self: string
  backend: Backend
  post: (message: Message) => void
  /** Resolves when that tab is gone, or on abort. */
  gone: (tab: string, signal: AbortSignal) => Promise<void>
}

export class TabServer {
  readonly #init: ServerInit
  readonly #tabs = new Map<string, Map<number, Call>>()
  readonly #ended = new AbortController()

  constructor (init: ServerInit) { this.#init = init }

  take (request: Request): void {
    const call = this.#tabs.get(request.from)?.get(request.id)
    if (request.kind === 'cancel') call?.abort.abort(new UsageError('ABORTED', 'the tab that asked cancelled'))
    else if (request.kind === 'call') this.#begin(request)
    else if (call !== undefined) {
      call.credit += request.credit
      call.wake()
    }
  }

  end (): void {
    this.#ended.abort()
    for (const tab of [...this.#tabs.keys()]) this.#forget(tab)
  }

  #begin (request: Request & { kind: 'call' }): void {
    const calls = this.#callsOf(request.from)
    const reply = (answer: { kind: 'progress', line: string } | { kind: 'item', item: unknown } | { kind: 'result', value: unknown }): void => {
      if (calls.has(request.id)) this.#reply(request, answer)
    }
    const fail = (error: unknown): void => { this.#reply(request, { kind: 'error', error: toWire(error) }) }
    if (calls.size >= MAX_CALLS) {
      fail(new UsageError('ABORTED', 'this tab asks for too much at a time'))
      return
    }
    const call: Call = { abort: new AbortController(), credit: CREDIT, wake: () => {} }
    calls.set(request.id, call)
    const run = request.stream ? this.#pump(request, call, item => { reply({ kind: 'item', item }) }) : this.#answer(request, call, line => { reply({ kind: 'progress', line }) })
    run.then(value => { reply({ kind: 'result', value }) }, error => { if (calls.has(request.id)) fail(error) }).finally(() => { calls.delete(request.id) })
  }

  async #answer (request: Request & { kind: 'call' }, { abort: { signal } }: Call, onProgress: (line: string) => void): Promise<unknown> {
    return this.#init.backend.call(request.path, withOptions(withPlace(request), { signal, ...(request.progress ? { onProgress } : {}) }))
  }

  async #pump (request: Request & { kind: 'call' }, call: Call, give: (item: unknown) => void): Promise<void> {
    const { signal } = call.abort
    signal.addEventListener('abort', () => { call.wake() })
    for await (const item of this.#init.backend.stream(request.path, withOptions(request, { signal }))) {
      while (call.credit <= 0 && !signal.aborted) await new Promise<void>(resolve => { call.wake = resolve })
      if (signal.aborted) return
      call.credit--
      give(item)
    }
  }

  #callsOf (tab: string): Map<number, Call> {
    const known = this.#tabs.get(tab)
    if (known !== undefined) return known
    const calls = new Map<number, Call>()
    this.#tabs.set(tab, calls)
    this.#init.gone(tab, this.#ended.signal).then(() => { this.#forget(tab) }, () => {}) // ended with us
    return calls
  }

  #forget (tab: string): void {
    const calls = this.#tabs.get(tab) ?? new Map<number, Call>()
    this.#tabs.delete(tab)
    const left = [...calls.values()]
    calls.clear()
    for (const { abort } of left) abort.abort(new UsageError('ABORTED', 'the tab that asked is gone'))
  }

  #reply ({ from, id }: Request, answer: Reply extends infer R ? R extends Reply ? Omit<R, 'to' | 'from' | 'id'> : never : never): void {
    this.#init.post({ ...answer, to: from, from: this.#init.self, id } as Reply)
  }
}

/** A call is had in the tab in which it was asked for: its microphone, its speaker, its screen. */
function withPlace (request: Request & { kind: 'call' }): Request & { kind: 'call' } {
  if (request.path !== 'calls.start' && request.path !== 'calls.answer') return request
  const [what, answer, ...rest] = request.args
  return { ...request, args: [what, { ...answer as CallAnswer | undefined, place: request.from }, ...rest] }
}

/** Puts what cannot travel back into its place. */
function withOptions ({ args, options }: Request & { kind: 'call' }, more: object): unknown[] {
  if (options === undefined) return args
  const given: unknown = args[options]
  return args.toSpliced(options, 1, { ...(typeof given === 'object' ? given : {}), ...more })
}
