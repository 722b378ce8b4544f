/** The web build: static files for any host. Pages get the messenger's sources for browsers, and nothing from another host. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Vite asks for the default export
// eslint-disable-next-line no-restricted-exports
export default defineConfig({
  // relative: the same files work under any path of any host
  base: './',
  plugins: [react()],
  resolve: { conditions: ['source', 'browser', 'module', 'import', 'default'] },
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
