/** What the host of this page says of the node it belongs to: a personal node names its addresses; a plain host says nothing. */
import type { NodeInit } from '@sotto/node'

/** Where a personal node says it (protocols/control, "The page"). */
const FACTS = './.well-known/sotto'
/** A host that hangs holds nothing up, ms. */
const PATIENCE_MS = 2000
/** Addresses read of it. */
const MAX_ADDRESSES = 16

export type SiteInit = Pick<NodeInit, 'bootstrap' | 'network'>

function addressesOf (value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string' && one.startsWith('/')).slice(0, MAX_ADDRESSES) : []
}

export async function siteOf (): Promise<SiteInit> {
  try {
    const answer = await fetch(FACTS, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) })
    if (!answer.ok || answer.headers.get('content-type')?.startsWith('application/json') !== true) return {}
    const said: unknown = await answer.json()
    if (typeof said !== 'object' || said === null) return {}
    const bootstrap = addressesOf('addresses' in said ? said.addresses : undefined)
    return { ...(bootstrap.length === 0 ? {} : { bootstrap }), ...('network' in said && said.network === 'local' ? { network: 'local' as const } : {}) }
  } catch {
    return {} // offline, or a host that says nothing of a node
  }
}
