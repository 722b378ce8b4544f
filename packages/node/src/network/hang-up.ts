/** The end of all connections, before the end of the node. */
import { NodeError } from '../errors.ts'
import type { Libp2p } from 'libp2p'

/** As libp2p's own patience with a connection that is closed while it stops, ms. */
const CLOSE_MS = 500

/**
 * Closes every connection. libp2p does so itself when it stops, but no longer hears then that one has ended meanwhile, and waits
 * half a second for each that the other side closes at the same time.
 */
export async function hangUp (libp2p: Pick<Libp2p, 'getConnections'>): Promise<void> {
  await Promise.all(libp2p.getConnections().map(async connection => {
    try {
      await connection.close({ signal: AbortSignal.timeout(CLOSE_MS) })
    } catch {
      connection.abort(new NodeError('NETWORK_STOPPED', 'the network was stopped')) // it did not close in time
    }
  }))
}
