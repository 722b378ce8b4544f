/** The web build: static files for any host. Pages get the messenger's sources for browsers, and nothing from another host. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { buildHash } from './build-hash.ts'
import { fileOf } from './lean/chunks.ts'
import { lean } from './lean/index.ts'
import type { Plugin } from 'vite'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

type Target = string | { [condition: string]: Target }

/** The first of these conditions that an entry of package.json names, as far down as it goes. */
function pick (target: Target | undefined): string | undefined {
  if (typeof target !== 'object') return target
  return pick(['source', 'browser', 'default'].map(condition => target[condition]).find(found => found !== undefined))
}

/** Our own packages from their sources. Not by the condition `source` for all: packages of others name theirs so too. */
function ownSources (): Plugin {
  const homes = { '@sotto/node': path('../node/'), '@sotto/protocols': path('../../protocols/') }
  const read = (home: string): { imports?: Record<string, Target>, exports: Record<string, Target> } => JSON.parse(readFileSync(`${home}package.json`, 'utf8'))
  const find = (entries: Record<string, Target>, name: string): string | undefined => {
    if (name in entries) return pick(entries[name])
    return pick(entries['./*'])?.replace('*', name.slice(2))
  }
  return {
    name: 'sotto:own-sources',
    enforce: 'pre',
    resolveId (source, importer = '') {
      for (const [name, home] of Object.entries(homes)) {
        const found = source.startsWith('#') && importer.startsWith(home)
          ? pick(read(home).imports?.[source])
          : source === name || source.startsWith(`${name}/`) ? find(read(home).exports, `.${source.slice(name.length)}`) : undefined
        if (found !== undefined) return home + found.slice(2)
      }
    }
  }
}

// Vite asks for the default export
// eslint-disable-next-line no-restricted-exports
export default defineConfig({
  // relative: the same files work under any path of any host
  base: './',
  plugins: [ownSources(), lean(), react(), buildHash()],
  // a page has no process; libraries ask for the environment by this name
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    target: 'es2024',
    outDir: 'dist/site',
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: fileOf() }] } } },
    // the policy of the page allows no data: addresses for code and styles
    assetsInlineLimit: 0,
    // large and known: the budget is tested
    chunkSizeWarningLimit: 2000
  }
})
