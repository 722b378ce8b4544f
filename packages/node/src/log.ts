/** Scoped log for developers, off by default; content-free by rule (CONTRIBUTING.md). */
import type { Logger } from './components.ts'

/** Writes lines to `write` for scopes that `enabled` accepts. */
export function createLogger (scope: string, enabled: (scope: string) => boolean, write: (line: string) => void): Logger {
  const format = (message: string, args: unknown[]): string => {
    const values = [...args]
    return message.replaceAll(/%[sdo]/g, () => describe(values.shift())) + values.map(value => ` ${describe(value)}`).join('')
  }
  const log = (level: string) => (message: string, ...args: unknown[]): void => {
    if (enabled(scope)) write(`${new Date().toISOString()} ${level} ${scope} ${format(message, args)}`)
  }
  return Object.assign(log('debug'), {
    error: log('error'),
    scope: (name: string) => createLogger(`${scope}:${name}`, enabled, write)
  })
}

function describe (value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : String(value)
}
