/**
 * One messenger over changing backends: a call that its leader did not answer is made again at the next.
 *
 * Invariants: a call is at one backend at a time; sending carries an id from its first try, so that it happens once; the
 * events of a stream come in order, none twice, and none is left out over a change of leader.
 */
import { UnreachableError } from '@sotto/node/errors'
import { LeaderGone } from './backend.ts'
import type { Backend } from './backend.ts'
import type { Messenger, NodeEvent, SendRequest, StatusView } from '@sotto/node'

type Paths<T> = { [K in keyof T & string]: T[K] extends (...args: never[]) => unknown ? K : `${K}.${keyof T[K] & string}` }[keyof T & string]
type StreamNames<T> = { [K in keyof T & string]: T[K] extends (...args: never[]) => infer R ? (R extends AsyncIterable<unknown> ? K : never) : never }[keyof T & string]
type StreamPaths<T> = StreamNames<T> | { [K in keyof T & string]: T[K] extends (...args: never[]) => unknown ? never : `${K}.${StreamNames<T[K]>}` }[keyof T & string]

/** What answers with a stream and not with a promise; complete by its type. */
const STREAMS: Readonly<Record<StreamPaths<Messenger>, true>> = { events: true, 'devices.link': true }

/** What was done already when it is asked for again fails; what shows the same then. */
const SHOWN_BY: Readonly<Partial<Record<Paths<Messenger>, Paths<Messenger>>>> = { 'requests.accept': 'contacts.show' }

function closed (): UnreachableError {
  return new UnreachableError('NOT_RUNNING', 'the messenger of this tab is closed', { hint: 'what was already sealed is safe; load the page again' })
}

export class Switchboard {
  readonly messenger: Messenger
  #backend: Backend | undefined
  #next = Promise.withResolvers<void>()
  #closed = false

  constructor () {
    this.messenger = this.#node([]) as unknown as Messenger
  }

  /** undefined: nobody leads, calls wait. */
  use (backend: Backend | undefined): void {
    this.#backend = backend
    if (backend === undefined) return
    this.#next.resolve()
    this.#next = Promise.withResolvers()
  }

  close (): void {
    this.#closed = true
    this.#next.resolve()
  }

  async #current (signal: AbortSignal | undefined): Promise<Backend> {
    while (this.#backend === undefined && !this.#closed) {
      const aborted = Promise.withResolvers<never>()
      const abort = (): void => { aborted.reject(signal?.reason) }
      if (signal?.aborted === true) abort()
      signal?.addEventListener('abort', abort)
      try {
        await Promise.race([this.#next.promise, aborted.promise])
      } finally {
        signal?.removeEventListener('abort', abort)
      }
    }
    if (this.#closed || this.#backend === undefined) throw closed()
    return this.#backend
  }

  async #call (path: string, given: readonly unknown[]): Promise<unknown> {
    const args = path === 'conversations.send' ? withId(given) : given
    for (let tries = 0; ; tries++) {
      const backend = await this.#current(signalOf(given))
      try {
        return await backend.call(path, args)
      } catch (error) {
        if (error instanceof LeaderGone) continue
        if (this.#closed) throw closed()
        const shown = SHOWN_BY[path as Paths<Messenger>]
        if (tries === 0 || shown === undefined) throw error
        return await backend.call(shown, args.slice(0, 1)).catch(() => { throw error })
      }
    }
  }

  async * #events (options: { since?: string, signal?: AbortSignal } = {}): AsyncGenerator<NodeEvent> {
    const { signal } = options
    let since = options.since ?? (await this.#call('status', [{ brief: true, ...(signal === undefined ? {} : { signal }) }]) as StatusView).cursor
    for (;;) {
      try {
        const backend = await this.#current(signal)
        for await (const event of backend.stream('events', [{ ...options, since }]) as AsyncIterable<NodeEvent>) {
          if (event.event !== 'typing') since = event.cursor // typing has none of its own
          yield event
        }
        return
      } catch (error) {
        if (isAborted(signal)) return
        if (!(error instanceof LeaderGone)) throw this.#closed ? closed() : error
      }
    }
  }

  /** Asked anew of the next leader: a code is worth nothing where nobody waits for who comes with it. */
  async * #stream (path: string, args: readonly unknown[]): AsyncGenerator<unknown> {
    const signal = signalOf(args)
    for (;;) {
      try {
        yield * (await this.#current(signal)).stream(path, args)
        return
      } catch (error) {
        if (isAborted(signal)) return
        if (!(error instanceof LeaderGone)) throw this.#closed ? closed() : error
      }
    }
  }

  /** Whatever Messenger has, by its path: nothing here must be changed when it grows. */
  #node (path: readonly string[]): object {
    const call = (...args: unknown[]): unknown => {
      const name = path.join('.')
      if (name === 'events') return this.#events(...args as [object?])
      return Object.hasOwn(STREAMS, name) ? this.#stream(name, args) : this.#call(name, args)
    }
    const parts = new Map<string, object>()
    // the messenger itself is no function: who is given one may call it
    return new Proxy(path.length === 0 ? {} : call, {
      get: (_target, name) => {
        if (typeof name !== 'string' || name === 'then') return undefined // it is no promise
        const part = parts.get(name) ?? this.#node([...path, name])
        parts.set(name, part)
        return part
      }
    })
  }
}

// a function, since the compiler takes the flag of a signal for constant once it was looked at
function isAborted (signal: AbortSignal | undefined): boolean { return signal?.aborted === true }

function signalOf (args: readonly unknown[]): AbortSignal | undefined {
  for (const arg of args) if (typeof arg === 'object' && arg !== null && 'signal' in arg && arg.signal instanceof AbortSignal) return arg.signal
  return undefined
}

function withId ([who, request, ...rest]: readonly unknown[]): unknown[] {
  return [who, { id: crypto.randomUUID(), ...request as SendRequest }, ...rest]
}
