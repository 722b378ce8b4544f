/** A page's side of the platform. */
import { browserCiphers } from './browser-ciphers.ts'
import { browserFiles } from './browser-files.ts'
import type { Platform } from './platform.ts'

export const platform: Platform = {
  name: 'browser',
  crypto: browserCiphers,
  ownKey: 'browser',
  argon2id: async (secret, salt, { memory, passes, lanes }) => (await import('@noble/hashes/argon2.js')).argon2idAsync(secret, salt, { m: memory, t: passes, p: lanes, dkLen: 32, version: 0x13 }),
  defaultProfile: () => 'default',
  resolvePath: async path => path,
  joinPath: (...parts) => parts.join('/'),
  ...browserFiles,
  diskFree: async () => {
    const { quota, usage } = await navigator.storage.estimate()
    return quota === undefined ? undefined : Math.max(0, quota - (usage ?? 0))
  },
  makePrivate: async () => {}, // the browser keeps it from other sites, and the system from other users
  interfaces: () => [],
  onReturn: listener => {
    const seen = (): void => { if (document.visibilityState === 'visible') listener() }
    addEventListener('online', listener)
    document.addEventListener('visibilitychange', seen)
    return () => {
      removeEventListener('online', listener)
      document.removeEventListener('visibilitychange', seen)
    }
  },
  datagrams: async () => undefined,
  webSocket: async () => undefined,
  keepStorage: async () => navigator.storage.persist()
}
