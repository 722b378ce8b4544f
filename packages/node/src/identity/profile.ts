/** A profile with an identity in it: new, or from its phrase. */
import { createProfile, openProfile } from '../store/profile.ts'
import { formatDeviceId } from './device-id.ts'
import { formatId } from './identity-id.ts'
import { createOwn, loadOwn, ownOps, phraseOps, renewOwn } from './own.ts'
import { createEntropy, formatPhrase, parsePhrase } from './phrase.ts'
import type { DeviceId, IdentityId } from '../api.ts'
import type { Argon2Params } from '../platform/platform.ts'
import type { OpenedProfile, OpenProfileInit } from '../store/profile.ts'
import type { OwnRecord } from './own.ts'

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
  atRest: 'passphrase' | 'keyfile'
}

async function make ({ name, ...init }: ProfileInit, entropy: Uint8Array, restored: boolean): Promise<ProfileMade> {
  const own = await createOwn({ entropy, name: name ?? '', now: Date.now(), restored })
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
  return make(init, createEntropy(), false)
}

/**
 * The identity behind a phrase, as a new device, in an empty profile; all or nothing.
 *
 * @throws UsageError BAD_PHRASE, IDENTITY_EXISTS, BAD_ARGUMENT; StoreError as `createProfile`
 */
export async function restoreProfile ({ phrase, ...init }: RestoreInit): Promise<ProfileMade> {
  return make(init, parsePhrase(phrase), true)
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
