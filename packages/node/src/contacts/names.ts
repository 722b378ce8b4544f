/** What people may be called, and how they are meant. */
import { cleanText } from '@sotto/protocols/introduction'
import { formatId, isId } from '../identity/identity-id.ts'

/** What has a meaning of its own where a person is named. */
const RESERVED = /^(?:self|note to self)$|^sotto:|:\/\/|^sotto1[a-z\d]*…?$/i
/** What all ids begin with means nobody. */
const COMMON = 'sotto1'

/** PAY-6: the name without what is not shown; empty where it means somebody else: the beginning of an id, a link, oneself. */
export function properName (name: string): string {
  const clean = cleanText(name)
  return RESERVED.test(clean) || isId(clean) ? '' : clean
}

/** Whether an id begins so; lists show it cut off, with an ellipsis. `wanted`: lower case. */
export function beginsId (identity: Uint8Array, wanted: string): boolean {
  const start = wanted.replace(/…$/, '')
  return start.length > COMMON.length && formatId(identity).startsWith(start)
}
