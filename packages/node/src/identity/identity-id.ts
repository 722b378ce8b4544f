/** `sotto1…`: an identity's public key in bech32m (BIP-350). Spec: protocols/identity IDN-1. */
import { bech32m } from '@scure/base'
import { UsageError } from '../errors.ts'
import type { IdentityId } from '../api.ts'

const PREFIX = 'sotto'
const KEY_BYTES = 32
/** `sotto`, `1`, 52 characters of key, 6 of checksum. */
export const ID_CHARACTERS = 64

/** The id of a 32-byte Ed25519 public key. */
export function formatId (identity: Uint8Array): IdentityId {
  if (identity.byteLength !== KEY_BYTES) throw new UsageError('BAD_ARGUMENT', `an identity key has ${KEY_BYTES} bytes`)
  return bech32m.encode(PREFIX, bech32m.toWords(identity)) as IdentityId
}

function decode (text: string): Uint8Array | undefined {
  if (text.length !== ID_CHARACTERS) return undefined
  try {
    const { prefix, words } = bech32m.decode<typeof PREFIX>(text as `${typeof PREFIX}1${string}`)
    return prefix === PREFIX ? new Uint8Array(bech32m.fromWords(words)) : undefined
  } catch {
    return undefined // the checksum, a character or the padding is wrong: not an id, which is all that is asked
  }
}

/** Whether `text` is an identity id as `formatId` writes it. */
export function isId (text: string): text is IdentityId {
  return text === text.toLowerCase() && decode(text) !== undefined
}

/**
 * The 32-byte key of an id; spaces around it and capitals throughout are forgiven.
 *
 * @throws UsageError BAD_ARGUMENT, with a hint that tells what the text is instead
 */
export function parseId (text: string): Uint8Array {
  const trimmed = text.trim()
  const key = decode(trimmed)
  if (key !== undefined) return key
  const lower = trimmed.toLowerCase()
  if (lower.startsWith('sotto:') || /^https?:/.test(lower)) {
    throw new UsageError('BAD_ARGUMENT', 'this is a link, not an identity id', { hint: 'add it with `sotto contact add LINK`' })
  }
  if (/^12D3KooW/.test(trimmed)) {
    throw new UsageError('BAD_ARGUMENT', 'this names a device, not a person', { hint: 'an identity id begins with sotto1' })
  }
  if (lower.startsWith('sotto1')) {
    throw new UsageError('BAD_ARGUMENT', trimmed.length === ID_CHARACTERS ? 'this identity id has a wrong character' : `this identity id has ${trimmed.length} characters instead of ${ID_CHARACTERS}`, { hint: 'copy it again, whole' })
  }
  throw new UsageError('BAD_ARGUMENT', 'this is not an identity id', { hint: `an identity id begins with sotto1 and has ${ID_CHARACTERS} characters` })
}
