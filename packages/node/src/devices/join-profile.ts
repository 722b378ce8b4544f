/** A profile that is a device of somebody's identity from its first moment: made with a pairing code. */
import { systemClock } from '../clock.ts'
import { formatDeviceId } from '../identity/device-id.ts'
import { randomSeed } from '../identity/ed25519.ts'
import { formatId } from '../identity/identity-id.ts'
import { ownOps } from '../identity/own.ts'
import { createLogger } from '../log.ts'
import { createNetwork } from '../network/index.ts'
import { createProfile } from '../store/profile.ts'
import { parseCode } from './code.ts'
import { join } from './guest.ts'
import { deviceOp } from './shelf.ts'
import type { Joined } from './guest.ts'
import type { DeviceId, IdentityId } from '../api.ts'
import type { Clock } from '../components.ts'
import type { NetworkInit } from '../network/index.ts'
import type { Argon2Params } from '../platform/platform.ts'
import type { OpenedProfile } from '../store/profile.ts'

export interface JoinInit {
  /** directory of the profile (Node) or name of the database (page) */
  profile: string
  /** undefined: a key file beside the store, mode 0600 */
  passphrase?: string | undefined
  /** `sotto:pair:…`, or an address with it in its fragment */
  code: string
  /** as of `createNode`: all loopback means that only loopback is ever contacted */
  listen?: string[] | undefined
  signal?: AbortSignal | undefined
  onProgress?: ((line: string) => void) | undefined
  /** cost of the passphrase's key; lowered by tests */
  argon2?: Argon2Params
  clock?: Clock
  transports?: NetworkInit['transports']
}

export interface ProfileJoined {
  id: IdentityId
  device: DeviceId
  name: string
  /** absolute path */
  profile: string
  atRest: OpenedProfile['atRest']
}

/**
 * Becomes a device of the identity behind a pairing code, in an empty profile; all or nothing. A node that is then started on it gets
 * contacts, conversations and history from the other device by itself.
 *
 * @throws UsageError BAD_PAIRING_CODE, PAIRING_REFUSED, IDENTITY_EXISTS; UnreachableError; IntegrityError; StoreError as `createProfile`
 */
export async function joinProfile (init: JoinInit): Promise<ProfileJoined> {
  const code = parseCode(init.code)
  const clock = init.clock ?? systemClock
  const logger = createLogger('sotto', () => false, () => {})
  const peerSeed = randomSeed()
  let joined: Joined | undefined
  const profile = await createProfile({
    profile: init.profile,
    passphrase: init.passphrase,
    ...(init.argon2 === undefined ? {} : { argon2: init.argon2 }),
    onProgress: init.onProgress,
    fill: async store => {
      const network = createNetwork({ clock, logger, store }, { peerSeed, mode: 'local', listen: init.listen ?? [], bootstrap: [], resident: false, ...(init.transports === undefined ? {} : { transports: init.transports }) })
      try {
        await network.start()
        init.onProgress?.('asking the other device')
        joined = await join({ clock, network }, code, peerSeed, async ({ own, primary }) => store.batch([...ownOps(own), deviceOp(store, primary.verified, primary)]), init.signal)
      } finally {
        await network.stop()
      }
    }
  })
  await profile.close()
  if (joined === undefined) throw new TypeError('a profile that was not filled')
  const { own } = joined
  return { id: formatId(own.identity), device: formatDeviceId(own.device), name: own.name, profile: profile.path, atRest: profile.atRest }
}
