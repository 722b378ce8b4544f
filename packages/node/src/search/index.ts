/** Search over the encrypted history. Spec: protocols/conventions.md "At rest", REST-13. */
export { SearchIndex } from './search-index.ts'
export type { Candidate } from './search-index.ts'
export { parseQuery } from './words.ts'
export type { Query } from './words.ts'
