/** Records of the store that are not wire formats: JSON with byte arrays. Their values are sealed, so size matters more than form. */
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { StoreError } from '../errors.ts'

export function encodeRecord (value: object): Uint8Array {
  return fromString(JSON.stringify(value, function (this: Record<string, unknown>, name, field: unknown) {
    const raw = this[name] // before any toJSON: a platform's own byte arrays have one
    return raw instanceof Uint8Array ? { $b: toString(raw, 'base64url') } : field
  }))
}

/** @throws StoreError STORE_DAMAGED */
export function decodeRecord<T> (bytes: Uint8Array): T {
  try {
    return JSON.parse(toString(bytes), (_key, field: unknown) => {
      if (typeof field === 'object' && field !== null && '$b' in field && typeof field.$b === 'string') {
        return fromString(field.$b, 'base64url')
      }
      return field
    }) as T
  } catch (cause) {
    throw new StoreError('STORE_DAMAGED', 'a record of the profile cannot be read', { cause, hint: 'restore a backup of the profile, or start a new one from the recovery phrase' })
  }
}
