/** A profile with an identity in it: new, or from its phrase. */
import { createProfile, openProfile } from '../store/profile.ts'
import { formatDeviceId } from './device-id.ts'
import { formatId } from './identity-id.ts'
import { createOwn, loadOwn, ownOps, phraseOps, renewOwn } from './own.ts'
import { publicKeyOf } from './ed25519.ts'
import { issueMove } from './move.ts'
import { createEntropy, deriveKeys, formatPhrase, parsePhrase } from './phrase.ts'
import type { DeviceId, IdentityId } from '../api.ts'
import type { Argon2Params } from '../platform/platform.ts'
import type { OpenedProfile, OpenProfileInit } from '../store/profile.ts'
import type { CreateOwnInit, OwnRecord } from './own.ts'

export interface ProfileInit {
  /** directory of the profile (Node) or name of the database (page) */
  profile: string
  /** undefined: a key file beside the store, mode 0600 */
  passphrase?: string | undefined
  /** what contacts see; default none */
  name?: string | undefined
  onProgress?: ((line: string) => void) | undefined
  /** cost of the passphrase's key; lowered by tests */
  argon2?: Argon2Params
}

export interface RestoreInit extends ProfileInit { phrase: string }

export interface ProfileMade {
  id: IdentityId
  device: DeviceId
  phrase: string
  /** absolute path */
  profile: string
  atRest: 'passphrase' | 'keyfile' | 'browser'
}

async function make ({ name, ...init }: ProfileInit, entropy: Uint8Array, more: Pick<CreateOwnInit, 'restored' | 'movedFrom'>): Promise<ProfileMade> {
  const own = await createOwn({ entropy, name: name ?? '', now: Date.now(), ...more })
  const profile = await createProfile({ ...init, fill: store => store.batch([...ownOps(own), ...phraseOps(entropy)]) })
  await profile.close()
  return { id: formatId(own.identity), device: formatDeviceId(own.device), phrase: formatPhrase(entropy), profile: profile.path, atRest: profile.atRest }
}

/**
 * New identity and device in an empty profile; all or nothing.
 *
 * @throws UsageError IDENTITY_EXISTS, BAD_ARGUMENT; StoreError as `createProfile`
 */
export async function initProfile (init: ProfileInit): Promise<ProfileMade> {
  return make(init, createEntropy(), { restored: false })
}

/**
 * The identity behind a phrase, as a new device, in an empty profile; all or nothing.
 *
 * @throws UsageError BAD_PHRASE, IDENTITY_EXISTS, BAD_ARGUMENT; StoreError as `createProfile`
 */
export async function restoreProfile ({ phrase, ...init }: RestoreInit): Promise<ProfileMade> {
  return make(init, parsePhrase(phrase), { restored: true })
}

/**
 * Away from a stolen identity: a new one, with a phrase of its own, in an empty profile; all or nothing. Its node says in the
 * directory, by a statement of the old phrase's recovery key, that contacts of the old one shall follow (IDN-9, IDN-10).
 *
 * @throws as `restoreProfile`
 */
export async function moveProfile ({ phrase, ...init }: RestoreInit): Promise<ProfileMade & { from: IdentityId }> {
  const old = await deriveKeys(parsePhrase(phrase))
  const entropy = createEntropy()
  const identity = publicKeyOf(old.identitySeed)
  const move = await issueMove({ identity, recoverySeed: old.recoverySeed, successorSeed: (await deriveKeys(entropy)).identitySeed, now: Date.now() })
  const made = await make(init, entropy, { restored: false, movedFrom: { identitySeed: old.identitySeed, move } })
  return { ...made, from: formatId(identity) }
}

/**
 * Opens a profile and its device; a certificate that runs out soon is renewed on the way. `now`: Unix milliseconds.
 *
 * @throws as `openProfile`; nothing stays open then
 */
export async function openIdentity (init: OpenProfileInit & { now: number }): Promise<OpenedProfile & { own: OwnRecord }> {
  const profile = await openProfile(init)
  try {
    const own = await loadOwn(profile.store)
    const renewed = await renewOwn(own, init.now)
    if (renewed !== undefined) await profile.store.batch(ownOps(renewed))
    return { ...profile, own: renewed ?? own }
  } catch (error) {
    await profile.close()
    throw error
  }
}
