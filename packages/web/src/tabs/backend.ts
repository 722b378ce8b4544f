/** Where the calls of a messenger go: to the node of this tab, or to the one of another. */
import { UsageError } from '@sotto/node/errors'
import { CREDIT, fromWire, split } from './wire.ts'
import type { Message, Reply, Request } from './wire.ts'
import type { Messenger } from '@sotto/node'

export interface Backend {
  call (path: string, args: readonly unknown[]): Promise<unknown>
  stream (path: string, args: readonly unknown[]): AsyncIterable<unknown>
}

/** The tab that led is gone: what was asked of it is to be asked of the next. */
export class LeaderGone extends Error {
  constructor () {
    super('another tab takes the lead')
    this.name = 'LeaderGone'
  }
}

type AnyMethod = (...args: unknown[]) => unknown

function methodOf (messenger: Messenger, path: string): AnyMethod {
  let found: unknown = messenger
  for (const name of path.split('.')) {
    found = typeof found === 'object' && found !== null && Object.hasOwn(found, name) ? (found as Record<string, unknown>)[name] : undefined
  }
  if (typeof found !== 'function') throw new UsageError('BAD_ARGUMENT', `the node has no ${path}`)
  return found as AnyMethod
}

export class LocalBackend implements Backend {
  readonly #messenger: Messenger

  constructor (messenger: Messenger) { this.#messenger = messenger }

  async call (path: string, args: readonly unknown[]): Promise<unknown> { return methodOf(this.#messenger, path)(...args) }

  stream (path: string, args: readonly unknown[]): AsyncIterable<unknown> { return methodOf(this.#messenger, path)(...args) as AsyncIterable<unknown> }
}

interface Pending { take: (reply: Reply) => void, fail: (error: Error) => void }

/** Invariant: after `end()` nothing is pending and nothing is sent. */
export class RemoteBackend implements Backend {
  readonly leader: string
  readonly #self: string
  readonly #post: (message: Message) => void
  readonly #pending = new Map<number, Pending>()
  #next = 0
  #ended = false

  constructor (self: string, leader: string, post: (message: Message) => void) {
    this.#self = self
    this.leader = leader
    this.#post = post
  }

  take (reply: Reply): void { this.#pending.get(reply.id)?.take(reply) }

  end (): void {
    this.#ended = true
    for (const { fail } of this.#pending.values()) fail(new LeaderGone())
    this.#pending.clear()
  }

  async call (path: string, given: readonly unknown[]): Promise<unknown> {
    const { args, options, signal, onProgress } = split(given)
    const done = Promise.withResolvers<unknown>()
    const id = this.#begin({
      take: reply => {
        if (reply.kind === 'progress') onProgress?.(reply.line)
        else if (reply.kind === 'result') done.resolve(reply.value)
        else if (reply.kind === 'error') done.reject(fromWire(reply.error))
      },
      fail: done.reject
    })
    const cancel = (): void => { this.#send({ kind: 'cancel', id }) } // the node's own word on it is waited for
    this.#send({ kind: 'call', id, path, args, options, progress: onProgress !== undefined, stream: false })
    if (signal?.aborted === true) cancel()
    signal?.addEventListener('abort', cancel)
    try {
      return await done.promise
    } finally {
      signal?.removeEventListener('abort', cancel)
      this.#pending.delete(id)
    }
  }

  async * stream (path: string, given: readonly unknown[]): AsyncGenerator<unknown> {
    const { args, options = args.length, signal } = split(given)
    if (signal?.aborted === true) return
    const items: unknown[] = [] // bounded by the credit
    let ended: { error?: unknown } | undefined
    let wake = (): void => {}
    const end = (error?: unknown): void => { ended ??= { error }; wake() }
    const id = this.#begin({
      take: reply => {
        if (reply.kind === 'item') { items.push(reply.item); wake() } else if (reply.kind === 'result') end()
        else if (reply.kind === 'error') end(fromWire(reply.error))
      },
      fail: end
    })
    const abort = (): void => { end() }
    signal?.addEventListener('abort', abort)
    this.#send({ kind: 'call', id, path, args, options, progress: false, stream: true })
    let consumed = 0
    try {
      for (;;) {
        while (items.length > 0) {
          yield items.shift()
          if (++consumed === CREDIT / 2) {
            this.#send({ kind: 'credit', id, credit: consumed })
            consumed = 0
          }
        }
        if (ended !== undefined) {
          if (ended.error !== undefined) throw ended.error
          return
        }
        await new Promise<void>(resolve => { wake = resolve })
      }
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#pending.delete(id)
      if (ended === undefined || ended.error === undefined) this.#send({ kind: 'cancel', id })
    }
  }

  #begin (pending: Pending): number {
    if (this.#ended) throw new LeaderGone()
    const id = this.#next++
    this.#pending.set(id, pending)
    return id
  }

  #send (request: Request extends infer R ? R extends Request ? Omit<R, 'to' | 'from'> : never : never): void {
    if (!this.#ended) this.#post({ ...request, to: this.leader, from: this.#self } as Request)
  }
}
