/** What the libraries bring into a page that it does not need, or should not have: replaced in the build. */
import { fileURLToPath } from 'node:url'
import { withoutStreams } from './no-streams.ts'
import type { Plugin } from 'vite'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

export function lean (): Plugin {
  return {
    name: 'sotto:lean',
    enforce: 'pre',
    resolveId (source, importer = '') {
      // 49 kB of numbers, and wrong for fifteen identities of sixteen
      if (source.endsWith('/generated-prefix-list.js') && importer.includes('/kad-dht/')) return path('./kad-prefixes.ts')
      // DNS over HTTPS, at public servers: a page that cannot ask them cannot tell them whom it looks for
      if (source === '@multiformats/dns') return path('./no-names.ts')
      if (source === 'buffer' && /\/(level-transcoder|abstract-level)\//.test(importer)) return path('./no-buffer.ts')
      return undefined
    },
    transform (code) {
      return code.includes('streamMessage') ? withoutStreams(code) : undefined
    }
  }
}
