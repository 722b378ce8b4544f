/** `start --web`: the page of this node, for browsers on this machine. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { NodeError } from '@sotto/node/errors'
import { readPagePlace, writePagePlace } from '../../page/place.ts'
import { describe } from '../../output/output.ts'
import { oneLine } from '../../output/harmless.ts'
import { servePage } from '../../page/server.ts'
import { readSite } from '../../page/site.ts'
import { bad } from '../../values.ts'
import type { PageServer, PageTls } from '../../page/server.ts'
import type { PairingView, SottoNode } from '@sotto/node'
import type { Context } from '../../context.ts'
import type { Settings } from '../../settings.ts'

const MAX_PORT = 65_535
/** Of what a build said, characters: it can be long. */
const MAX_REASON = 400
/** What a browser can dial. */
const FOR_BROWSERS = /\/(?:ws|wss|webrtc-direct)(?:\/|$)/

/**
 * Where the node is to listen beside what it was told, so that the page it serves can dial it: on this machine by WebSocket; a page that
 * came by TLS runs elsewhere too, and dials no plain socket: to it WebRTC leads, at the same interfaces.
 */
export function listenForPages (listen: Settings['listen'], isTls: boolean): string[] {
  if (listen === undefined) return [] // by itself a node listens for browsers too
  const direct = isTls && !listen.some(address => address.includes('/webrtc-direct'))
    ? listen.flatMap(address => /^(\/ip[46]\/[^/]+)\/tcp\//.exec(address)?.[1] ?? []).map(host => `${host}/udp/0/webrtc-direct`)
    : []
  return [...listen.some(address => FOR_BROWSERS.test(address)) ? [] : ['/ip4/127.0.0.1/tcp/0/ws'], ...new Set(direct)]
}

export interface Page extends PageServer {
  /** the address with what pairs a browser, for one browser and a while */
  readonly web: string
}

/** The site's directory; nothing where there is no page to serve: the node is there for its people with or without it. @throws UsageError ABORTED, BAD_ARGUMENT */
export async function preparePage ({ output, values, world }: Context): Promise<string | undefined> {
  if (!values.has('web')) return undefined
  if (values.text('web') !== '') values.integer('web', 0, MAX_PORT)
  const init = { signal: world.signal, onProgress: (line: string) => { output.progress(line) } }
  try {
    return world.site === undefined ? await (await import('../../page/build.ts')).ensureSite(init) : await world.site(init)
  } catch (error) {
    if (world.signal.aborted) throw error
    output.note(notServed(error))
    return undefined
  }
}

function notServed (error: unknown): string {
  const { message, hint } = describe(error)
  return `The page is not served: ${oneLine(message, MAX_REASON)}${hint === undefined ? '' : ` ${hint}`}`
}

/** Browsers that come with the printed address have this long, minutes: somebody may read first what stands above it. */
const MINUTES = 60

/** Nothing where another program has the port that nobody asked for, or what the profile knows of its page is damaged. `until`: when the code is taken back. @throws NodeError PORT_IN_USE for one that was asked for */
export async function startPage (context: Context, directory: string, node: SottoNode, settings: Settings & { webHost: string | undefined }, until: AbortSignal): Promise<Page | undefined> {
  const { output, values } = context
  try {
    return await serve(context, directory, node, settings, until)
  } catch (error) {
    const isAsked = values.text('web') !== '' || values.has('web-tls')
    if (isAsked || !(error instanceof NodeError && (error.code === 'PORT_IN_USE' || error.code === 'STORE_DAMAGED'))) throw error
    output.note(notServed(error))
    return undefined
  }
}

async function serve ({ output, profile, values, world }: Context, directory: string, node: SottoNode, { network, webHost }: Settings & { webHost: string | undefined }, until: AbortSignal): Promise<Page> {
  const place = readPagePlace(profile)
  const port = values.text('web') === '' ? place.port : values.integer('web', 0, MAX_PORT) ?? place.port
  const tls = tlsOf(values, world)
  const server = await servePage({
    site: readSite(directory),
    ...tls === undefined ? {} : { tls },
    name: place.name,
    port,
    facts: () => ({ revision: 1, network: network ?? 'public', peerId: node.peerId, addresses: node.addresses().filter(address => FOR_BROWSERS.test(address)), ...webHost === undefined ? {} : { webHost } })
  })
  writePagePlace(profile, { name: place.name, port: server.port })
  const steps = node.devices.link({ minutes: MINUTES, signal: until })[Symbol.asyncIterator]()
  const first = await steps.next().catch((error: unknown) => {
    // a linked device makes no others: the page is there for those that are devices already
    if (error instanceof NodeError && error.code === 'NOT_PRIMARY') return undefined
    throw error
  })
  if (first?.done !== false || first.value.state !== 'waiting') return { ...server, web: server.tlsAddress ?? server.address }
  follow(steps, output.note).catch(() => {}) // nobody came in time, or the node stopped: then the code is worth nothing
  return { ...server, web: `${server.tlsAddress ?? server.address}#${first.value.code.replace(/^sotto:/, '')}` }
}

/** @throws UsageError BAD_ARGUMENT */
function tlsOf (values: Context['values'], { cwd }: Context['world']): PageTls | undefined {
  const [place, cert, key] = [values.text('web-tls'), values.text('web-cert'), values.text('web-key')]
  if (place === undefined && cert === undefined && key === undefined) return undefined
  const [, host, port] = /^([a-z0-9.-]{1,253}):(\d{1,5})$/i.exec(place ?? '') ?? []
  if (host === undefined || Number(port) > MAX_PORT || cert === undefined || key === undefined) {
    throw bad('A page by TLS takes all three: --web-tls HOST:PORT --web-cert FILE --web-key FILE.', 'HOST is the name in the certificate.')
  }
  const read = (path: string): string => {
    try {
      return readFileSync(resolve(cwd, path), 'utf8')
    } catch {
      throw bad(`‘${path}’ cannot be read.`)
    }
  }
  return { host: host.toLowerCase(), port: Number(port), cert: read(cert), key: read(key) }
}

async function follow (steps: AsyncIterator<PairingView>, note: (text: string) => void): Promise<void> {
  for (let step = await steps.next(); step.done !== true; step = await steps.next()) {
    if (step.value.state === 'paired') note('A browser is a device of yours now: see `sotto device list`.')
    if (step.value.state === 'done') note('The browser has all your history.')
  }
}
