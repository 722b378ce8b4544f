/** Stands for @multiformats/dns: a page looks up no names. */
export const RecordType = { A: 1, TXT: 16, AAAA: 28 } as const

export function dns (): never {
  throw new Error('a page asks no name server')
}
