/** What is read anew and says what it said before stays the same object, so that nobody draws it again. Values only. */

/** Whether two views, as a messenger gives them, say the same. */
export function isSame (a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [Object.entries(a), Object.keys(b)]
  return left.length === right.length && left.every(([name, value]) => Object.hasOwn(b, name) && isSame(value, Reflect.get(b, name)))
}

/** `now`, with those of `before` that have not changed; `before` itself where none did. */
export function keeping<T> (before: readonly T[], now: readonly T[], keyOf: (one: T) => string): readonly T[] {
  const known = new Map(before.map(one => [keyOf(one), one]))
  const kept = now.map(one => {
    const was = known.get(keyOf(one))
    return was !== undefined && isSame(was, one) ? was : one
  })
  return kept.length === before.length && kept.every((one, at) => one === before[at]) ? before : kept
}
