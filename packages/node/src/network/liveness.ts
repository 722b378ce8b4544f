/**
 * Is a connection alive? A network that is gone takes its connections with it without a word; they look open for minutes.
 *
 * Invariants: only silence counts as death, an error is an answer; a connection is asked once at a time.
 */
import { UnreachableError } from '../errors.ts'
import type { Connection } from '@libp2p/interface'

/** libp2p's ping: 32 bytes come back as they were. */
const PING = '/ipfs/ping/1.0.0'
const PING_BYTES = 32

const asked = new WeakSet<Connection>()

/** Ends those that do not answer in time. @returns how many */
export async function endDead (connections: readonly Connection[], timeoutMs: number, running: AbortSignal): Promise<number> {
  const dead = await Promise.all(connections.filter(connection => connection.status === 'open' && !asked.has(connection)).map(async connection => {
    asked.add(connection)
    try {
      const alive = await answers(connection, AbortSignal.any([running, AbortSignal.timeout(timeoutMs)]))
      if (alive || running.aborted) return false
      connection.abort(new UnreachableError('UNREACHABLE', 'the connection is dead'))
      return true
    } finally {
      asked.delete(connection)
    }
  }))
  return dead.filter(Boolean).length
}

async function answers (connection: Connection, signal: AbortSignal): Promise<boolean> {
  try {
    const stream = await connection.newStream(PING, { signal, runOnLimitedConnection: true })
    try {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      stream.addEventListener('message', () => { resolve(true) }, { once: true })
      stream.addEventListener('close', () => { resolve(true) }, { once: true }) // refused: somebody is there
      signal.addEventListener('abort', () => { resolve(false) }, { once: true })
      stream.send(crypto.getRandomValues(new Uint8Array(PING_BYTES)))
      return await promise
    } finally {
      stream.abort(new UnreachableError('UNREACHABLE', 'asked enough'))
    }
  } catch {
    return !signal.aborted // an error that came in time is an answer
  }
}
