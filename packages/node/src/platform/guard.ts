/**
 * A reset socket must not end the node. The network libraries can leave the `error` of a socket that was given up
 * during a dial without a listener; Node then ends the process. This guard takes exactly such errors, counts them, and
 * leaves every other one as fatal as it was. In a page there is no such end, and it does nothing.
 */
interface ProcessLike {
  on (event: 'uncaughtException', listener: (error: unknown) => void): void
  off (event: 'uncaughtException', listener: (error: unknown) => void): void
  listenerCount (event: 'uncaughtException'): number
}

const CODES = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'])
const CALLS = new Set(['read', 'write', 'connect', 'shutdown', 'reset'])

/** A failed system call on a socket that no line of JavaScript had a part in: the socket is gone and nothing else. */
export function isStraySocketError (error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, syscall, stack = '' } = error as Error & { code?: unknown, syscall?: unknown }
  if (typeof code !== 'string' || !CODES.has(code) || typeof syscall !== 'string' || !CALLS.has(syscall)) return false
  return stack.split('\n').filter(line => /^\s+at /.test(line)).every(line => line.includes('node:'))
}

/** Who wants to hear of strays. One listener serves all: two would each take the other for somebody who answers for an error. */
const guards = new Set<() => void>()

/** Until the returned function is called. `onStray` must not throw. */
export function guardAgainstStrayErrors (onStray: () => void): () => void {
  const host = (globalThis as { process?: Partial<ProcessLike> }).process
  if (typeof host?.on !== 'function') return () => {}
  const { on, off } = host as ProcessLike
  const told = (): void => { onStray() } // a value of its own for every call
  if (guards.size === 0) on.call(host, 'uncaughtException', listen)
  guards.add(told)
  return () => {
    if (guards.delete(told) && guards.size === 0) off.call(host, 'uncaughtException', listen)
  }
}

function listen (error: unknown): void {
  if (isStraySocketError(error)) {
    for (const told of guards) told()
    return
  }
  const host = (globalThis as unknown as { process: ProcessLike }).process
  if (host.listenerCount('uncaughtException') > 1) return // somebody else answers for it
  host.off('uncaughtException', listen)
  queueMicrotask(() => { throw error }) // as fatal as without us
}
