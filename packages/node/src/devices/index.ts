/**
 * The devices of one's own identity. Spec: protocols/device/README.md.
 *
 * @example
 * const devices = createDevices({ own, revocations })
 * for (const { device, role, current } of await devices.list()) console.log(device, role, current)
 */
import { verifyCertificate, ROLE_PRIMARY } from '../identity/certificate.ts'
import { formatDeviceId } from '../identity/device-id.ts'
import { formatPeerId } from '../network/peer-id.ts'
import { damaged } from '../store/database.ts'
import type { DeviceView } from '../api.ts'
import type { OwnRecord } from '../identity/own.ts'
import type { Revocations } from '../identity/revocations.ts'

export interface DevicesComponents {
  own: OwnRecord
  revocations: Pick<Revocations, 'isRevoked'>
}

export interface Devices {
  /** Read from the certificates. Pairing comes in a later version: until then, this device alone. */
  list (): Promise<DeviceView[]>
}

export function createDevices ({ own, revocations }: DevicesComponents): Devices {
  return {
    list: async () => {
      const certificate = await verifyCertificate(own.certificate)
      if (certificate === undefined) throw damaged('the certificate of this device is damaged')
      const { credential, peerKey } = certificate
      return [{
        device: formatDeviceId(credential.device),
        role: credential.role === ROLE_PRIMARY ? 'primary' : 'linked',
        current: true,
        peerId: formatPeerId(peerKey),
        since: own.created,
        revoked: await revocations.isRevoked(own.identity, credential.device)
      }]
    }
  }
}
