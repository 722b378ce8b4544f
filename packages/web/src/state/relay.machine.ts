/** What is wrong with a relay server for calls, before the node is asked. Values only. */
import type { CallKey } from '../messages/calls.ts'

export interface RelayFields { readonly server: string, readonly username: string, readonly credential: string }
export type RelayTrouble = { readonly field: keyof RelayFields, readonly words: CallKey }

/** People write an address as they got it. */
export function serverOf (text: string): string {
  const trimmed = text.trim().replace(/^(turns?|stun):\/\//i, '$1:')
  return trimmed === '' || /^[a-z][a-z+.-]*:[^\d]|^(turns?|stun):/i.test(trimmed) || trimmed.includes('://') ? trimmed : `turn:${trimmed}`
}

/** `kept`: a password for this server is there, and is not told. */
export function troubleOfRelay ({ server, username, credential }: RelayFields, kept: boolean): RelayTrouble | undefined {
  const [, scheme = '', host = '', port] = /^([a-z][a-z+.-]*):([\w.-]+|\[[\da-f:]+\])?(?::(\d*))?(?:\?transport=(?:udp|tcp))?$/i.exec(serverOf(server)) ?? []
  if (!/^turns?$/i.test(scheme)) return { field: 'server', words: 'relay.noTurn' }
  if (host === '') return { field: 'server', words: 'relay.noHost' }
  if (port !== undefined && (port === '' || Number(port) < 1 || Number(port) > 65_535)) return { field: 'server', words: 'relay.noPort' }
  if (username.trim() === '') return { field: 'username', words: 'relay.noName' }
  if (credential === '' && !kept) return { field: 'credential', words: 'relay.noPassword' }
  return undefined
}
