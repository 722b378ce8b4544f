/** Servers for calls, as they are given: `stun:HOST:PORT` and `turn:NAME:SECRET@HOST:PORT` (RFC 7064, RFC 7065; name and secret beside). */
import { bad } from './values.ts'
import type { NodeInit } from '@sotto/node'

export type IceServers = NonNullable<NodeInit['iceServers']>

/** More would only be asked in vain. */
const MAX_SERVERS = 4
const SERVER = /^(stun|turns?):(?:([^:@]+):([^@]+)@)?((?:[\w.-]+|\[[\da-f:]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?)$/i

/** `none` for none. @throws UsageError BAD_ARGUMENT */
export function parseIceServers (given: readonly string[]): IceServers {
  const words = given.flatMap(text => text.split(/[\s,]+/)).filter(word => word !== '' && word !== 'none')
  if (words.length > MAX_SERVERS) throw bad(`More than ${MAX_SERVERS} servers for calls.`)
  return words.map(word => {
    const [, scheme = '', username, credential, place = ''] = SERVER.exec(word) ?? []
    // it is not repeated: a secret may stand in it
    if (place === '' || (scheme !== 'stun') !== (username !== undefined)) throw bad('This is no server for calls.', 'It looks like stun:192.0.2.7:3478, or turn:NAME:SECRET@192.0.2.7:3478')
    return { url: `${scheme}:${place}`, ...(username === undefined || credential === undefined ? {} : { username, credential }) }
  })
}

export function isIceServers (value: unknown): value is IceServers {
  return Array.isArray(value) && value.length <= MAX_SERVERS && value.every((item: unknown) => typeof item === 'object' && item !== null && 'url' in item && typeof item.url === 'string' &&
    ['username', 'credential'].every(name => ['string', 'undefined'].includes(typeof (item as Record<string, unknown>)[name])))
}
