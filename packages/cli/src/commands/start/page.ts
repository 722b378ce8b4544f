/** `start --web`: the page of this node, for browsers on this machine. */
import { readPagePlace, writePagePlace } from '../../page/place.ts'
import { servePage } from '../../page/server.ts'
import { readSite } from '../../page/site.ts'
import type { PageServer } from '../../page/server.ts'
import type { SottoNode } from '@sotto/node'
import type { Context } from '../../context.ts'
import type { Settings } from '../../settings.ts'

const MAX_PORT = 65_535
/** What a browser can dial. */
const FOR_BROWSERS = /\/(?:ws|wss|webrtc-direct)(?:\/|$)/

export interface Page extends PageServer {
  /** the address with what pairs a browser, for one browser and a while */
  readonly web: string
}

/** The site's directory, before the node starts: a build that fails leaves no node behind. */
export async function preparePage ({ output, values, world }: Context): Promise<string | undefined> {
  if (!values.has('web')) return undefined
  if (values.text('web') !== '') values.integer('web', 0, MAX_PORT)
  const init = { signal: world.signal, onProgress: (line: string) => { output.progress(line) } }
  return world.site === undefined ? await (await import('../../page/build.ts')).ensureSite(init) : await world.site(init)
}

/** @throws NodeError PORT_IN_USE */
export async function startPage ({ profile, values }: Context, directory: string, node: SottoNode, settings: Settings): Promise<Page> {
  const place = readPagePlace(profile)
  const port = values.text('web') === '' ? place.port : values.integer('web', 0, MAX_PORT) ?? place.port
  const server = await servePage({
    site: readSite(directory),
    name: place.name,
    port,
    facts: () => ({ revision: 1, network: settings.network ?? 'public', peerId: node.peerId, addresses: node.addresses().filter(address => FOR_BROWSERS.test(address)) })
  })
  writePagePlace(profile, { name: place.name, port: server.port })
  return { ...server, web: server.address }
}
