/** Own devices with little code, where there is only this one: a page that has nobody to keep in step. */
import { LateDevices } from './devices/late.ts'
import { DeviceShelf } from './devices/shelf.ts'
import { later } from './late.ts'
import type { Devices } from './devices/index.ts'
import type { OwnDevicesParts } from './own-devices.ts'

const code = later(async () => import('./own-devices.ts'))

/** No other device, and none there was: no stream of theirs is to be answered, and nothing to be told. */
async function isAlone ({ own, revocations, store }: OwnDevicesParts): Promise<boolean> {
  if (own.identitySeed === undefined) return false
  return (await DeviceShelf.load(store)).list().length === 0 && (await revocations.list(own.identity)).length === 0
}

/** `lean`: where code is dear, and this device alone, it comes when another one is wanted. */
export async function openOwnDevices (parts: OwnDevicesParts, lean: boolean): Promise<Devices> {
  const make = async (): Promise<Devices> => (await code()).createOwnDevices(parts)
  return lean && await isAlone(parts) ? new LateDevices(make) : make()
}
