/** A device's id as text: 32 hex digits of its 16 bytes. Spec: protocols/device DEV-2. */
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { UsageError } from '../errors.ts'
import type { DeviceId } from '../api.ts'

export function formatDeviceId (device: Uint8Array): DeviceId {
  if (device.byteLength !== 16) throw new UsageError('BAD_ARGUMENT', 'a device id has 16 bytes')
  return toString(device, 'base16') as DeviceId
}

export function isDeviceId (text: string): text is DeviceId {
  return /^[0-9a-f]{32}$/.test(text)
}

/** 16 bytes. @throws UsageError BAD_ARGUMENT */
export function parseDeviceId (text: string): Uint8Array {
  const trimmed = text.trim().toLowerCase()
  if (!isDeviceId(trimmed)) throw new UsageError('BAD_ARGUMENT', 'this is not a device id', { hint: 'a device id has 32 hex digits: see `sotto device list`' })
  return fromString(trimmed, 'base16')
}
