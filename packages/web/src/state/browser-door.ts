/** The door of a real browser: @sotto/node in this tab or another one of the same profile. Loaded after the first screen is drawn. */
import { initProfile, joinProfile, profileExists, removeProfile, restoreProfile } from '@sotto/node'
import { openMessenger } from '../tabs/index.ts'
import type { Door } from './door.ts'
import { siteOf } from './site.ts'

/** One identity a browser. */
const PROFILE = 'default'

export const browserDoor: Door = {
  exists: async () => profileExists(PROFILE),
  create: async ({ name, onProgress }) => (await initProfile({ profile: PROFILE, ...(name === '' ? {} : { name }), onProgress })).phrase,
  restore: async ({ phrase, name, onProgress }) => {
    await restoreProfile({ profile: PROFILE, phrase, ...(name === '' ? {} : { name }), onProgress })
  },
  join: async ({ code, onProgress }) => { await joinProfile({ profile: PROFILE, code, onProgress }) },
  open: async ({ askPassphrase, onProgress }) => {
    const tabs = await openMessenger({ profile: PROFILE, passphrase: askPassphrase, node: { ...await siteOf(), onProgress } })
    return {
      messenger: tabs.messenger,
      get role () { return tabs.role },
      onRole: listener => { tabs.addEventListener('role:change', ({ detail }) => { listener(detail.role) }) },
      onFailed: listener => { tabs.addEventListener('failed', ({ detail }) => { listener(detail.error) }) },
      close: async () => tabs.close()
    }
  },
  erase: async () => removeProfile({ profile: PROFILE })
}
