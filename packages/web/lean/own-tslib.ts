/** Stands for tslib, of which no bundler can tell what is used: the helpers that the reader of messages asks for. */
export const __assign = Object.assign

export function __rest (from: Record<string, unknown>, without: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !without.includes(name)))
}

export function __spreadArray (to: readonly unknown[], from: readonly unknown[]): unknown[] {
  return [...to, ...from]
}

export function __extends (made: { prototype: object }, base: { prototype: object }): void {
  Object.setPrototypeOf(made, base)
  Object.setPrototypeOf(made.prototype, base.prototype)
}
