/** What the libraries bring into a page that it does not need, or should not have: replaced in the build. */
import { fileURLToPath } from 'node:url'
import { compiled } from './catalogues.ts'
import { withoutStreams } from './no-streams.ts'
import type { Plugin } from 'vite'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

const CATALOGUES = path('../src/messages/')

export function lean (): Plugin {
  return {
    name: 'sotto:lean',
    enforce: 'pre',
    async resolveId (source, importer = '', options) {
      // 49 kB of numbers, and wrong for fifteen identities of sixteen
      if (source.endsWith('/generated-prefix-list.js') && importer.includes('/kad-dht/')) return path('./kad-prefixes.ts')
      // DNS over HTTPS, at public servers: a page that cannot ask them cannot tell them whom it looks for
      if (source === '@multiformats/dns') return path('./no-names.ts')
      if (source === 'buffer' && /\/(level-transcoder|abstract-level)\//.test(importer)) return path('./no-buffer.ts')
      if (/\/(abstract|default)-chained-batch$/.test(source) && importer.includes('/abstract-level/')) return path('./no-chained-batch.ts')
      if (source === './bases/base256emoji.js' && importer.includes('/multiformats/')) return path('./no-emoji-base.ts')
      if (source === '@libp2p/logger') return path('./no-log.ts')
      if (source === './server/index.js' && importer.includes('/circuit-relay-v2/')) return path('./no-relay-server.ts')
      if (source === './filters/index.js' && importer.includes('/@libp2p/utils/')) return path('./own-filter.ts')
      if (/^\.\/(rpc\/index|reprovider)\.js$/.test(source) && importer.includes('/kad-dht/')) return path('./no-dht-server.ts')
      if (/^\.\/(dns|ip)-mappings\.js$/.test(source) && importer.includes('/libp2p/')) return path('./no-mappings.ts')
      if (source === 'netmask') return path('./own-netmask.ts')
      if (source === '@noble/curves/secp256k1.js' && importer.includes('/@libp2p/crypto/')) return path('./no-secp256k1.ts')
      // the curves ask for a version of their own; ours has the same interface
      if (source.startsWith('@noble/hashes/') && importer.includes('/@noble/curves/')) return this.resolve(source, path('./index.ts'), options)
      const copied = /^\.\/src\/hash\/(hmac|sha2)\.js$/.exec(source)
      if (copied !== null && importer.includes('/@hpke/common/')) return this.resolve(`@noble/hashes/${copied[1] ?? ''}.js`, path('./index.ts'), options)
      if (source === './primitives/x25519.js' && importer.includes('/@hpke/dhkem-x25519/')) return path('./hpke-curve.ts')
      if (source === 'tslib' && /\/(intl-messageformat|@formatjs)\//.test(importer)) return path('./own-tslib.ts')
      // catalogues come compiled
      if (source === '@formatjs/icu-messageformat-parser') return path('./own-parser.ts')
      return undefined
    },
    async load (id) {
      return id.startsWith(CATALOGUES) ? compiled(id) : undefined
    },
    transform (code) {
      return code.includes('streamMessage') ? withoutStreams(code) : undefined
    }
  }
}
