/// <reference types="vite/client" />
/** Runs what the test asks for of the specs. */
import 'mocha'

export interface Result {
  passed: number
  /** titles of what was left out */
  left: string[]
  failed: Array<{ title: string, error: string }>
  /** passed the second time: several pages at once on a busy machine */
  again: string[]
  slowest: string[]
}

const specs = import.meta.glob(['../../../packages/node/test/**/*.{spec,browser}.ts', '../../../protocols/**/*.spec.ts'])

function nameOf (path: string): string { return path.replace(/^(\.\.\/)+/, '') }

function names (): string[] { return Object.keys(specs).map(nameOf).sort() }

// what specs wait by for the next turn
const turns = new MessageChannel()
const waiting: Array<() => void> = []
turns.port1.onmessage = () => { waiting.shift()?.() }
Object.assign(globalThis, {
  setImmediate: (run: () => void) => {
    waiting.push(run)
    turns.port2.postMessage(0)
  }
})

/** `without`: full titles, or how they begin */
async function run (wanted: string[], without: string[]): Promise<Result> {
  mocha.setup({ ui: 'bdd', timeout: 60_000, retries: 1, reporter: class {} as never })
  for (const [path, load] of Object.entries(specs)) if (wanted.includes(nameOf(path))) await load()
  const result: Result = { passed: 0, left: [], failed: [], again: [], slowest: [] }
  const suite = (mocha as unknown as { suite: Mocha.Suite }).suite
  suite.eachTest(test => {
    const title = test.fullTitle()
    if (!without.some(beginning => title.startsWith(beginning))) return
    test.pending = true
    result.left.push(title)
  })
  const took: Array<[number, string]> = []
  await new Promise<void>(resolve => {
    mocha.run(() => { resolve() })
      .on('pass', (test: Mocha.Test) => {
        result.passed++
        took.push([test.duration ?? 0, test.fullTitle()])
      })
      .on('retry', (test: Mocha.Test, error: Error) => { result.again.push(`${test.fullTitle()}: ${error.message}`) })
      .on('fail', (test: Mocha.Test, error: Error) => { result.failed.push({ title: test.fullTitle(), error: error.stack ?? error.message }) })
  })
  result.slowest = took.filter(([ms]) => ms > 2000).map(([ms, title]) => `${ms} ms ${title}`)
  return result
}

const units = { names, run }
export type Units = typeof units
Object.assign(globalThis, { units })
