/**
 * How the node is, for everyone on this machine: a page at `/` and numbers for Prometheus at `/metrics`. Whoever can open a socket to
 * 127.0.0.1 may read it, also other users: nobody is named here, and nothing tells who talks to whom.
 */
import { createServer } from 'node:http'
import { NodeError } from '@sotto/node/errors'
import { healthPage, STYLE_HASH } from './health.view.ts'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { SottoNode } from '@sotto/node'

const HOST = '127.0.0.1'
/** Connections at a time: a monitor, a browser, and some that hang. */
const MAX_CONNECTIONS = 16
/** Headers of a request, bytes: a browser sends about one. */
const MAX_HEADER_BYTES = 8 * 1024
/** A request is there at once: it comes from this machine, ms. */
const REQUEST_MS = 5000
/** The diagnosis asks others: who reloads gets the same one for so long, ms. */
const FINDINGS_MS = 30_000
/** Numbers cost a walk over the profile's files: the same ones for so long, ms. */
const NUMBERS_MS = 1000

const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY'
}
const TEXT = 'text/plain; charset=utf-8'
/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'

export interface HealthInit {
  /** 0: any that is free */
  port: number
  version: string
  /** Unix ms */
  now: () => number
  /** default REQUEST_MS */
  requestMs?: number
}

export interface Health {
  /** `http://127.0.0.1:PORT/` */
  readonly address: string
  /** From now on it has something to show. */
  show (node: Pick<SottoNode, 'doctor' | 'metrics' | 'status'>): void
  close (): Promise<void>
}

interface Answer { status: number, type: string, body: string, headers?: Record<string, string> }

/** The same answer for all who ask within `ms`, and one question at a time. */
function lasting<T> (ms: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { value: Promise<T>, until: number } | undefined
  return async () => {
    if (last === undefined || last.until < performance.now()) {
      const value = ask()
      const asked = last = { value, until: Infinity }
      value.then(() => { asked.until = performance.now() + ms }, () => { asked.until = 0 })
    }
    return await last.value
  }
}

async function listen (server: Server, port: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const forbidden = error.code === 'EACCES'
      reject(new NodeError('PORT_IN_USE', forbidden ? `Port ${port} is for the administrator of this machine.` : `Another program uses port ${port}, on which the health page should be.`, { cause: error, hint: 'Choose another one, such as `--metrics 9464`, or `--metrics 0` for one that is free.' }))
    })
    server.listen(port, HOST, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/** @throws NodeError PORT_IN_USE */
export async function serveHealth ({ port, version, now, requestMs = REQUEST_MS }: HealthInit): Promise<Health> {
  let answers: { page: () => Promise<string>, numbers: () => Promise<string> } | undefined
  const hosts = new Set<string>()

  async function decide (request: IncomingMessage): Promise<Answer> {
    // another name for this address is a page of somebody who turned their own name into it
    if (!hosts.has(request.headers.host ?? '')) return { status: 421, type: TEXT, body: 'This address is not served here.\n' }
    if (request.method !== 'GET') return { status: 405, type: TEXT, body: 'This only shows.\n', headers: { allow: 'GET' } }
    const path = (request.url ?? '').split(/[?#]/, 1)[0]
    if (path !== '/' && path !== '/metrics') return { status: 404, type: TEXT, body: 'There is / and /metrics.\n' }
    if (answers === undefined) return { status: 503, type: TEXT, body: 'The node is just starting.\n', headers: { 'retry-after': '1' } }
    return path === '/' ? { status: 200, type: 'text/html; charset=utf-8', body: await answers.page() } : { status: 200, type: PROMETHEUS, body: await answers.numbers() }
  }

  async function answer (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const failed: Answer = { status: 500, type: TEXT, body: 'The node cannot say how it is. `sotto doctor` may.\n' }
    const { status, type, body, headers } = await decide(request).catch(() => failed)
    response.writeHead(status, { ...HEADERS, ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body), connection: 'close' })
    response.end(body)
    request.resume()
  }

  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: requestMs, requestTimeout: requestMs, connectionsCheckingInterval: requestMs, keepAlive: false }, (request, response) => {
    answer(request, response).catch(() => { response.destroy() })
  })
  server.maxConnections = MAX_CONNECTIONS
  const bound = await listen(server, port)
  // after the start: an error of the listening socket itself ends no node
  server.on('error', () => {})
  for (const name of [HOST, 'localhost']) {
    hosts.add(`${name}:${bound}`)
    if (bound === 80) hosts.add(name)
  }
  return {
    address: `http://${HOST}:${bound}/`,
    show (node) {
      answers = {
        page: lasting(FINDINGS_MS, async () => healthPage({ findings: await node.doctor({ discreet: true }), status: await node.status(), version, now: now() })),
        numbers: lasting(NUMBERS_MS, async () => await node.metrics())
      }
    },
    async close () {
      const closed = new Promise<void>(resolve => { server.close(() => { resolve() }) })
      server.closeAllConnections()
      await closed
    }
  }
}
