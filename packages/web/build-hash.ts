/**
 * Names a build by its content: SHA-256 of each file in SHA256SUMS, and the hash over that list. The service worker gets both, so
 * that a browser keeps exactly these files. The same sources give the same hash, byte for byte.
 */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin, ResolvedConfig } from 'vite'

const HERE = dirname(fileURLToPath(import.meta.url))
const WORKER = 'service-worker.js'
const SUMS = 'SHA256SUMS'

function sha256 (bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function walk (directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort((a, b) => a < b ? -1 : 1)
}

const MARK = 'const SOTTO_BUILD = '

/** Writes the hash of what lies there into its service worker, and the list beside it. @returns the hash, 64 hexadecimal digits */
export function sealSite (site: string): string {
  const files = Object.fromEntries(walk(site).filter(path => path !== WORKER && path !== SUMS).map(path => [path, sha256(readFileSync(join(site, path)))]))
  const sums = Object.entries(files).map(([path, hash]) => `${hash}  ${path}\n`).join('')
  const hash = sha256(sums)
  const worker = join(site, WORKER)
  const code = readFileSync(worker, 'utf8')
  const bare = code.startsWith(MARK) ? code.slice(code.indexOf('\n') + 1) : code
  writeFileSync(worker, `${MARK}${JSON.stringify({ hash, files })}\n${bare}`)
  writeFileSync(join(site, SUMS), `${sums}${sha256(readFileSync(worker))}  ${WORKER}\n`)
  return hash
}

/** Only for the page itself: pages of tests are built with the same configuration, and have no service worker. */
export function buildHash (): Plugin {
  let config: ResolvedConfig
  let ours = false
  return {
    name: 'sotto-build-hash',
    apply: 'build',
    config (given) {
      ours = resolve(given.root ?? '.') === HERE
      if (!ours) return {}
      return {
        build: {
          rolldownOptions: {
            input: { index: join(HERE, 'index.html'), 'service-worker': join(HERE, 'src/service-worker.ts') },
            output: { entryFileNames: ({ name }) => name === 'service-worker' ? WORKER : 'assets/[name]-[hash].js' }
          }
        }
      }
    },
    configResolved (resolved) { config = resolved },
    writeBundle: {
      sequential: true,
      order: 'post',
      handler () {
        if (!ours) return
        config.logger.info(`build ${sealSite(resolve(config.root, config.build.outDir))}`)
      }
    }
  }
}
