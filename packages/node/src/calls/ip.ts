/** Addresses of IP as bytes. */

/** 4 or 16 bytes; an IPv4 address within IPv6 as the former. Undefined for anything else. */
export function parseIp (text: string): Uint8Array | undefined {
  const dotted = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(text)?.[1]
  if (dotted !== undefined) {
    const numbers = dotted.split('.').map(Number)
    return numbers.every(number => number < 256) ? Uint8Array.from(numbers) : undefined
  }
  if (!/^[\da-f:]+$/i.test(text)) return undefined
  const [head = '', tail, more] = text.split('::')
  if (more !== undefined) return undefined
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after]
  if (groups.some(group => !/^[\da-f]{1,4}$/i.test(group))) return undefined
  return Uint8Array.from(groups.flatMap(group => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]))
}
