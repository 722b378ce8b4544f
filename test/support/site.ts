/** Builds a page with the web build's own configuration, and serves it on loopback. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { AddressInfo } from 'node:net'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.wasm': 'application/wasm', '.webmanifest': 'application/manifest+json'
}

export interface Site {
  /** http://127.0.0.1:<port> */
  readonly origin: string
  /** what lies on the disk */
  readonly directory: string
  close (): Promise<void>
}

/** @param root directory of an index.html; `config` of Vite, by default that of the web build */
export async function buildSite (root: string, config = join(ROOT, 'packages/web/vite.config.ts')): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'sotto-site-'))
  await promisify(execFile)(process.execPath, [
    join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', root, '--config', config, '--outDir', out, '--emptyOutDir', '--logLevel', 'error'
  ], { maxBuffer: 16 * 1024 * 1024 })
  return out
}

/** @param root directory of an index.html; it is built first */
export async function openSite (root: string, config?: string): Promise<Site> {
  const directory = await buildSite(root, config)
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://host').pathname)
    const file = join(directory, path === '/' ? 'index.html' : path)
    readFile(file).then(bytes => {
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'cache-control': 'no-store' }).end(bytes)
    }, () => { response.writeHead(404).end() })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    directory,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => { server.close(resolve) })
      await rm(directory, { recursive: true, force: true })
    }
  }
}
