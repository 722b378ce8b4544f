/** The web build: static files for any host. Pages get the messenger's sources for browsers, and nothing from another host. */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** Our own packages from their sources. Not by the condition `source`: packages of others name theirs so too. */
const alias = [
  { find: /^@sotto\/node$/, replacement: path('../node/src/index.ts') },
  { find: /^@sotto\/node\/errors$/, replacement: path('../node/src/errors.ts') },
  { find: /^@sotto\/protocols\/(.+)$/, replacement: path('../../protocols/$1/index.ts') },
  { find: /^#platform$/, replacement: path('../node/src/platform/browser.ts') }
]

// Vite asks for the default export
// eslint-disable-next-line no-restricted-exports
export default defineConfig({
  // relative: the same files work under any path of any host
  base: './',
  plugins: [react()],
  resolve: { alias },
  // a page has no process; libraries ask for the environment by this name
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    target: 'es2024',
    outDir: 'dist/site',
    modulePreload: { polyfill: false },
    // large and known: the budget is tested
    chunkSizeWarningLimit: 2000
  }
})
