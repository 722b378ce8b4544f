/** Revocations only grow: what was revoked once stays so, whatever a newer record says. Spec: protocols/device DEV-6. */
import { formatDeviceId } from './device-id.ts'
import { verifyRevocation } from './certificate.ts'
import { key, keyRange, tables } from '../store/keys.ts'
import type { Revocation } from './certificate.ts'
import type { Verdict } from '../errors.ts'
import type { Store } from '../store/index.ts'

/** Revocations kept per identity: a device lost every month for twenty years. A flood harms only its own author's next one. */
export const MAX_REVOCATIONS = 256

export interface Revocations {
  /** Verifies and keeps; durable when it resolves. `identity`: 32 bytes, of whom it must be. */
  add (bytes: Uint8Array, identity: Uint8Array): Promise<Verdict>
  isRevoked (identity: Uint8Array, device: Uint8Array): Promise<boolean>
  /** Encoded Signed<RevocationBody>, to hand on. */
  list (identity: Uint8Array): Promise<Revocation[]>
}

export function createRevocations ({ store }: { store: Store }): Revocations {
  const rowOf = (identity: Uint8Array, device: Uint8Array): Uint8Array => key(tables.revocations, store.blind(identity), store.blind(device))

  async function list (identity: Uint8Array): Promise<Revocation[]> {
    const found: Revocation[] = []
    for await (const { value } of store.range({ ...keyRange(tables.revocations, store.blind(identity)), limit: MAX_REVOCATIONS })) {
      const revocation = await verifyRevocation(value, identity)
      if (revocation !== undefined) found.push(revocation)
    }
    return found
  }

  async function count (identity: Uint8Array): Promise<number> {
    let found = 0
    for await (const { value } of store.range({ ...keyRange(tables.revocations, store.blind(identity)), limit: MAX_REVOCATIONS })) found += Math.sign(value.byteLength)
    return found
  }

  return {
    list,
    isRevoked: async (identity, device) => await store.get(rowOf(identity, device)) !== undefined,
    add: async (bytes, identity) => {
      const revocation = await verifyRevocation(bytes, identity)
      if (revocation === undefined) return { verdict: 'rejected', reason: 'not a revocation by this identity' }
      const row = rowOf(identity, revocation.device)
      if (await store.get(row) !== undefined) return { verdict: 'ignored', reason: `device ${formatDeviceId(revocation.device)} is revoked already` }
      if (await count(identity) >= MAX_REVOCATIONS) return { verdict: 'rejected', reason: 'too many revocations of one identity' }
      await store.batch([{ type: 'put', key: row, value: bytes }])
      return { verdict: 'accepted' }
    }
  }
}
