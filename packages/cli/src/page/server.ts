/**
 * Serves the page of a node to browsers on this machine, under an origin of the profile's own (protocols/control, "The page").
 * It hands out files and public facts; whoever wants more pairs with the node, as any device does.
 */
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { NodeError, UsageError } from '@sotto/node/errors'
import { PAGE_HEADERS } from './headers.ts'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Site, SiteFile } from './site.ts'

/** Where the page learns its node. */
export const FACTS_PATH = '/.well-known/sotto'
const HOST = '127.0.0.1'
/** Browsers open six connections each: a few windows and a few that hang. For one more the oldest makes room: nobody holds all by reading nothing. */
const MAX_CONNECTIONS = 64
/** Headers of a browser on this origin, which has no cookies, bytes. */
const MAX_HEADER_BYTES = 16 * 1024
/** A request is there at once: it comes from this machine, ms. */
const REQUEST_MS = 10_000
/** What `https://HOST/` means. */
const TLS_PORT = 443
const YEAR_SECONDS = 365 * 24 * 60 * 60

/** What anybody may know. */
export interface PageFacts { revision: 1, network: 'public' | 'local', peerId: string, addresses: string[], webHost?: string }

export interface PageServerInit {
  site: Site
  /** the first label of the origin's host: nobody else's, and the same at every start */
  name: string
  /** 0: any that is free */
  port: number
  facts: () => PageFacts
  /** where asked, for browsers elsewhere too: they run nothing that came over plain http */
  tls?: PageTls
}

/** `host`: the name in the certificate, which browsers ask for. `cert`, `key`: PEM. */
export interface PageTls { host: string, port: number, cert: string, key: string }

export interface PageServer {
  readonly port: number
  /** `http://NAME.localhost:PORT/` */
  readonly address: string
  /** the same by number, for a browser that does not know such names */
  readonly plainAddress: string
  /** `https://HOST:PORT/` */
  readonly tlsAddress?: string
  close (): Promise<void>
}

interface Answer { status: number, headers: Record<string, string>, body: Uint8Array }

function text (status: number, words: string, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers }, body: new TextEncoder().encode(`${words}\n`) }
}

function fileAnswer (file: SiteFile, request: IncomingMessage): Answer {
  const headers = {
    'content-type': file.type,
    'cache-control': file.lasting ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
    etag: file.etag
  }
  const known = request.headers['if-none-match'] === file.etag
  return known ? { status: 304, headers, body: new Uint8Array(0) } : { status: 200, headers, body: file.bytes }
}

function decide (request: IncomingMessage, { site, facts }: PageServerInit, hosts: ReadonlySet<string>): Answer {
  // CTL-15: another name for this address is somebody who turned their own name into it
  if (!hosts.has(request.headers.host ?? '')) return text(421, 'This address is not served here.')
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'This page only shows.', { allow: 'GET, HEAD' })
  const path = (request.url ?? '').split(/[?#]/, 1)[0] ?? ''
  if (path === FACTS_PATH) return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }, body: new TextEncoder().encode(JSON.stringify(facts())) }
  const file = site.get(path === '/' ? '/index.html' : path)
  return file === undefined ? text(404, 'There is nothing here.') : fileAnswer(file, request)
}

function send (response: ServerResponse, request: IncomingMessage, { status, headers, body }: Answer): void {
  const length = status === 304 ? {} : { 'content-length': String(body.byteLength) }
  response.writeHead(status, { ...PAGE_HEADERS, ...headers, ...length })
  response.end(request.method === 'HEAD' ? undefined : body)
  request.resume()
}

/** What is no request that can be read has no answer of its own; its headers are those of all others. */
const UNREADABLE: Readonly<Record<string, string>> = { HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large', ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout' }

function refuse (code: string | undefined, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const headers = Object.entries({ ...PAGE_HEADERS, connection: 'close', 'content-length': '0' }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${UNREADABLE[code ?? ''] ?? '400 Bad Request'}\r\n${headers.join('')}\r\n`)
}

/** At most so many at a time. */
function limit (server: Server): void {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    const [oldest] = open
    if (oldest !== undefined && open.size >= MAX_CONNECTIONS) {
      open.delete(oldest)
      oldest.destroy()
    }
    open.add(socket)
    socket.once('close', () => { open.delete(socket) })
  })
}

async function listen (server: Server, port: number, host?: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES'
        ? new NodeError('PORT_IN_USE', `The page cannot be served on port ${port}.`, { cause: error, hint: 'Another program has it, or it is not yours to take. `--web 0` takes one that is free; a page under another port is another device.' })
        : error)
    })
    server.listen({ port, ...host === undefined ? {} : { host } }, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/** @throws NodeError PORT_IN_USE */
export async function servePage (init: PageServerInit): Promise<PageServer> {
  const limits = { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, connectionsCheckingInterval: REQUEST_MS, requireHostHeader: false }
  const answering = (hosts: ReadonlySet<string>) => (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => { response.destroy() })
    send(response, request, decide(request, init, hosts))
  }
  const hosts = new Set<string>()
  const server = createServer(limits, answering(hosts))
  const open: Server[] = []
  const begin = async (server: Server, port: number, host?: string): Promise<number> => {
    limit(server)
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => { refuse(error.code, socket) })
    server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => { send(response, request, text(417, 'Nothing more is done here.')) })
    const taken = await listen(server, port, host)
    server.on('error', () => {}) // of one connection: it ends nothing else
    open.push(server)
    return taken
  }
  const close = async (): Promise<void> => {
    await Promise.all(open.map(async server => {
      const closed = new Promise<void>(resolve => { server.close(() => { resolve() }) })
      server.closeAllConnections()
      await closed
    }))
  }
  const port = await begin(server, init.port, HOST)
  hosts.add(`${init.name}.localhost:${port}`).add(`${HOST}:${port}`)
  let tlsAddress: string | undefined
  if (init.tls !== undefined) {
    const { host, cert, key } = init.tls
    const names = new Set<string>()
    try {
      const taken = await begin(createTls({ ...limits, handshakeTimeout: REQUEST_MS, cert, key }, answering(names)), init.tls.port)
      names.add(`${host}:${taken}`)
      if (taken === TLS_PORT) names.add(host)
      tlsAddress = `https://${host}${taken === TLS_PORT ? '' : `:${taken}`}/`
    } catch (error) {
      await close()
      throw error
    }
  }
  return {
    port,
    address: `http://${init.name}.localhost:${port}/`,
    plainAddress: `http://${HOST}:${port}/`,
    ...tlsAddress === undefined ? {} : { tlsAddress },
    close
  }
}

/** @throws UsageError BAD_ARGUMENT where certificate and key are none, or do not belong together */
function createTls (options: Parameters<typeof createTlsServer>[0], answer: (request: IncomingMessage, response: ServerResponse) => void): Server {
  try {
    return createTlsServer(options, answer)
  } catch (error) {
    throw new UsageError('BAD_ARGUMENT', 'This certificate and this key cannot be used.', { cause: error, hint: '--web-cert takes a PEM file with the certificate and those above it, --web-key the key to it.' })
  }
}
