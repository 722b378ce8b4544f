/** The specs of packages/node and of protocols as a page: the web build's configuration, and a page's stand-ins for what test helpers ask of Node. */
import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig } from 'vite'
import web from '../../../packages/web/vite.config.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

// Vite asks for the default export
// eslint-disable-next-line no-restricted-exports
export default mergeConfig(web, defineConfig({
  resolve: {
    alias: [
      { find: /^node:(crypto|fs|fs\/promises|os|path|url)$/, replacement: path('./node-in-a-page.ts') },
      { find: /^mocha$/, replacement: path('../../../node_modules/mocha/mocha.js') }
    ]
  },
  build: { minify: false, sourcemap: false }
}))
