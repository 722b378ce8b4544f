/** The app with a test actor behind its door: every screen at will. `?empty`, `?empty&asked`, `?many=100000`, `?connection=alone`, `?fresh`, `?locked`. */
import '../../src/styles/tokens.css'
import '../../src/styles/base.css'
import '../../src/styles/elements.css'
import '../../src/styles/shell.css'
import '../../src/styles/conversation.css'
import { createRoot } from 'react-dom/client'
import { App } from '../../src/app.tsx'
import { currentLanguage, loadLanguage } from '../../src/state/language.ts'
import { notifyMessage, notifyRequest } from '../../src/state/notify.ts'
import { applyPreferences, preferences } from '../../src/state/preferences.ts'
import { followAddress } from '../../src/state/route.ts'
import { Session } from '../../src/state/session.ts'
import { update } from '../../src/state/update.ts'
import { Actor, PHRASE } from './actor.ts'
import { callOf, paintedStreams } from './call.ts'
import { NOW } from './people.ts'
import type { ActorInit } from './actor.ts'
import type { MicrophoneState } from '@sotto/node/media'
import type { Door } from '../../src/state/door.ts'

const query = new URLSearchParams(location.search)
if (query.has('talk')) preferences.set(now => ({ ...now, pushToTalk: true }))
const connection = query.get('connection')
const actor = new Actor({
  empty: query.has('empty'),
  asked: query.has('asked'),
  passphrase: query.has('locked'),
  linked: query.has('linked'),
  revoked: query.has('revoked'),
  nameless: query.has('nameless'),
  ...(query.has('many') ? { many: Number(query.get('many')) } : {}),
  ...(connection === null ? {} : { connection: connection as NonNullable<ActorInit['connection']> })
})
if (connection === 'offline') Object.defineProperty(navigator, 'onLine', { value: false })
const call = callOf(query.get('call'))
const streams = call === undefined ? undefined : paintedStreams(call, (query.get('microphone') ?? 'live') as MicrophoneState)
let there = !query.has('fresh')
if (query.has('still')) Date.now = () => NOW

const door: Door = {
  exists: async () => there,
  create: async ({ name }) => { there = true; actor.self = { ...actor.self, name }; return PHRASE },
  restore: async () => { there = true },
  join: async () => { there = true },
  open: async ({ askPassphrase }) => {
    if (query.has('opening')) await new Promise(() => {})
    if (query.has('broken')) throw Object.assign(new Error('the store is damaged'), { code: 'STORE_DAMAGED', hint: 'Restore it from your phrase.' })
    if (query.has('locked')) while (await askPassphrase(query.get('locked') === 'wrong') !== 'open sesame') { /* asked again */ }
    return { messenger: actor.messenger, role: query.get('call') === 'elsewhere' ? 'follower' : 'leader', onRole: () => undefined, onErased: () => undefined, onFailed: () => undefined, streams: () => query.get('call') === 'elsewhere' ? undefined : streams, close: async () => undefined }
  },
  erase: async () => { there = false }
}

const session = new Session(door, { onMessage: notifyMessage, onRequest: request => { notifyRequest(request.name) } })
Object.assign(globalThis, { stage: { actor, session, update } })
applyPreferences(currentLanguage, loadLanguage)
followAddress(invitation => { session.invite(invitation) })
const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App session={session} />)
await session.start()
if (call !== undefined) actor.emit({ event: 'call', call })
if (call?.end !== undefined) actor.emit({ event: 'call', call: { ...call, phase: 'ended' } })
