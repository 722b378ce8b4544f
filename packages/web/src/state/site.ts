/** What the host of this page says of the node it belongs to: a personal node names its addresses; a plain host says nothing. */
import type { NodeInit } from '@sotto/node'

/** Where a personal node says it (protocols/control, "The page"). */
const FACTS = './.well-known/sotto'
/** A host that hangs holds nothing up, ms. */
const PATIENCE_MS = 2000
/** Addresses read of it. */
const MAX_ADDRESSES = 16
/** What links may go through: as the node checks it, so that a host which says something else keeps nobody from starting (IDN-12). */
const WEB_HOST = /^https:\/\/[\w.:-]+\/(?:[\w./~-]*\/)?$/
const MAX_WEB_HOST = 256

export type SiteInit = Pick<NodeInit, 'bootstrap' | 'network' | 'webHost'>

function addressesOf (value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string' && one.startsWith('/')).slice(0, MAX_ADDRESSES) : []
}

function webHostOf (value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= MAX_WEB_HOST && WEB_HOST.test(value) && URL.canParse(value) ? value : undefined
}

export async function siteOf (): Promise<SiteInit> {
  try {
    const answer = await fetch(FACTS, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) })
    if (!answer.ok || answer.headers.get('content-type')?.startsWith('application/json') !== true) return {}
    const said: unknown = await answer.json()
    if (typeof said !== 'object' || said === null) return {}
    const bootstrap = addressesOf('addresses' in said ? said.addresses : undefined)
    const webHost = webHostOf('webHost' in said ? said.webHost : undefined)
    return { ...(webHost === undefined ? {} : { webHost }), ...(bootstrap.length === 0 ? {} : { bootstrap }), ...('network' in said && said.network === 'local' ? { network: 'local' as const } : {}) }
  } catch {
    return {} // offline, or a host that says nothing of a node
  }
}
