/** The door of a real browser: @sotto/node in this tab or another one of the same profile. Loaded after the first screen is drawn. */
import { initProfile, joinProfile, profileExists, restoreProfile } from '@sotto/node'
import { eraseProfile, openMessenger } from '../tabs/index.ts'
import { preferences } from './preferences.ts'
import type { Door } from './door.ts'
import { siteOf } from './site.ts'

/** One identity a browser. */
const PROFILE = 'default'

function made (passphrase: string): { profile: string, passphrase?: string } {
  return { profile: PROFILE, ...(passphrase === '' ? {} : { passphrase }) }
}

export const browserDoor: Door = {
  exists: async () => profileExists(PROFILE),
  create: async ({ name, passphrase, onProgress }) => (await initProfile({ ...made(passphrase), ...(name === '' ? {} : { name }), onProgress })).phrase,
  restore: async ({ phrase, name, passphrase, onProgress }) => {
    await restoreProfile({ ...made(passphrase), phrase, ...(name === '' ? {} : { name }), onProgress })
  },
  join: async ({ code, passphrase, onProgress }) => { await joinProfile({ ...made(passphrase), code, onProgress }) },
  open: async ({ askPassphrase, onProgress }) => {
    const tabs = await openMessenger({ profile: PROFILE, passphrase: askPassphrase, node: { ...await siteOf(), onProgress }, devices: () => preferences.get() })
    return {
      messenger: tabs.messenger,
      get role () { return tabs.role },
      onRole: listener => { tabs.addEventListener('role:change', ({ detail }) => { listener(detail.role) }) },
      onErased: listener => { tabs.addEventListener('erased', listener) },
      onFailed: listener => { tabs.addEventListener('failed', ({ detail }) => { listener(detail.error) }) },
      streams: call => tabs.streams(call),
      close: async () => tabs.close()
    }
  },
  erase: async () => eraseProfile(PROFILE)
}
