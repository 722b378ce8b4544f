/**
 * Where in the app we are: the part of the address after `#/`. Whatever else stands after `#` is an invitation (a link of a
 * person, or a pairing secret): taken once, and wiped from the address bar.
 */
import type { IdentityId, MessageId } from '@sotto/node'

export type Route =
  | { at: 'list' }
  /** `message`: to be led to it */
  | { at: 'chat', who: IdentityId, message?: MessageId }
  | { at: 'contact', who: IdentityId }
  | { at: 'requests' }
  | { at: 'add', link: string }
  | { at: 'settings', part?: SettingsPart }
  | { at: 'network' }
  | { at: 'devices' }
  | { at: 'calls' }

/** What in the settings one is led to. */
export type SettingsPart = 'phrase' | 'version'

/** What an address that was opened asks for. */
export type Invitation = { kind: 'person', link: string } | { kind: 'pairing', code: string }

/** Longest fragment that is read, characters: a link has at most 2048. */
const MAX_FRAGMENT = 4096

function decode (text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function parseRoute (hash: string): Route {
  const [at, rest] = /^#\/([a-z]*)\/?(.*)$/s.exec(hash.slice(0, MAX_FRAGMENT))?.slice(1) ?? []
  const value = decode(rest ?? '')
  switch (at) {
    case 'chat': {
      const [, who = '', message] = /^([^/]*)\/?([a-z0-9]*)$/.exec(value) ?? []
      return who === '' ? { at: 'list' } : { at, who: who as IdentityId, ...(message === undefined || message === '' ? {} : { message: message as MessageId }) }
    }
    case 'contact': return value === '' ? { at: 'list' } : { at, who: value as IdentityId }
    case 'add': return { at, link: value }
    case 'settings': return value === 'phrase' || value === 'version' ? { at, part: value } : { at }
    case 'requests': case 'network': case 'devices': case 'calls': return { at }
    default: return { at: 'list' }
  }
}

export function formatRoute (route: Route): string {
  switch (route.at) {
    case 'list': return '#/'
    case 'chat': return `#/chat/${encodeURIComponent(route.who)}${route.message === undefined ? '' : `/${route.message}`}`
    case 'contact': return `#/contact/${encodeURIComponent(route.who)}`
    case 'add': return route.link === '' ? '#/add' : `#/add/${encodeURIComponent(route.link)}`
    case 'settings': return route.part === undefined ? '#/settings' : `#/settings/${route.part}`
    default: return `#/${route.at}`
  }
}

export function parseInvitation (hash: string): Invitation | undefined {
  if (hash.length < 2 || hash.length > MAX_FRAGMENT || hash.startsWith('#/')) return undefined
  const text = decode(hash.slice(1))
  const bare = text.replace(/^sotto:/, '')
  if (bare.startsWith('pair:')) return { kind: 'pairing', code: `sotto:${bare}` }
  return { kind: 'person', link: text.startsWith('sotto:') ? text : `sotto:${text}` }
}
