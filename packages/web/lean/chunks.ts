/** Few files: what is always fetched together lies in one, where it compresses better and no file waits for another to name it. */
import { fileURLToPath } from 'node:url'

interface ModuleView { readonly importedIds: readonly string[], readonly dynamicImporters: readonly string[] }
interface Chunking { getModuleInfo: (id: string) => ModuleView | null }

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/**
 * In the order in which they are fetched; each with all that it imports and those before it do not. No module outside one of them may
 * import a constant alone from it: whether a file names another of which nothing is left to take is a race in the bundler, and a build is to be
 * the same each time.
 */
const FILES: ReadonlyArray<readonly [name: string, entries: readonly string[]]> = [
  ['face', [path('../src/main.tsx')]],
  ['messenger', [path('../src/state/browser-door.ts'), path('../../node/src/network/libraries.ts')]],
  ['connected', [path('../../node/src/network/dht-library.ts'), path('../../node/src/network/webrtc-library.ts'), path('../../node/src/introduction/introduction.ts'), path('../../node/src/introduction/kem.ts')]],
  ['conversation', [path('../../node/src/delivery/delivery.ts'), path('../../node/src/conversations/open.ts'), path('../../node/src/conversations/events.ts')]]
]

/** What our own code asks for by `import()` begins a file of its own, also where something names it and then makes no use of it. */
const isLater = (id: string, { dynamicImporters }: ModuleView): boolean => dynamicImporters.length > 0 && !id.includes('/node_modules/')

/** Names the file of a module; the bundler's choice for what is fetched later. */
export function fileOf (): (id: string, chunking: Chunking) => string | null {
  let names: Map<string, string> | undefined
  const gather = (chunking: Chunking): Map<string, string> => {
    const found = new Map<string, string>()
    for (const [name, entries] of FILES) {
      const open = [...entries]
      for (let id = open.pop(); id !== undefined; id = open.pop()) {
        const view = chunking.getModuleInfo(id)
        if (view === null || found.has(id) || (isLater(id, view) && !entries.includes(id))) continue
        found.set(id, name)
        open.push(...view.importedIds)
      }
    }
    return found
  }
  return (id, chunking) => (names ??= gather(chunking)).get(id) ?? null
}
