/** The app once there is a messenger: list and pane beside each other, or one after the other where it is narrow. */
import { Suspense, useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Empty, Waiting } from '../elements/empty.tsx'
import { sorted } from '../state/chats.machine.ts'
import { useChats, useChatsState, useRevoked } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { leftCall } from '../state/left-call.ts'
import { showUnread } from '../state/notify.ts'
import { go, route } from '../state/route.ts'
import { useStore } from '../state/store.ts'
import { Add } from './add.tsx'
import { OwnLink } from './own-link.tsx'
import { Sidebar } from './sidebar.tsx'
import { Toasts } from './toasts.tsx'
import { useUpdateNotice } from './update-notice.ts'
import { late } from '../elements/late.tsx'
import type { Route } from '../state/route.ts'

const Chat = late(async () => (await import('./chat.tsx')).Chat)
const Calls = late(async () => (await import('./calls.tsx')).Calls)
const CallLeft = late(async () => (await import('./call-left.tsx')).CallLeft)
const CallSettings = late(async () => (await import('./call-settings.tsx')).CallSettings)
const Contact = late(async () => (await import('./contact.tsx')).Contact)
const Devices = late(async () => (await import('./devices.tsx')).Devices)
const Network = late(async () => (await import('./network.tsx')).Network)
const Requests = late(async () => (await import('./requests.tsx')).Requests)
const Revoked = late(async () => (await import('./revoked.tsx')).Revoked)
const Settings = late(async () => (await import('./settings.tsx')).Settings)
const Shortcuts = late(async () => (await import('./shortcuts.tsx')).Shortcuts)

/** The title and the icon cost the browser a frame's share each: changed so often at most, ms. */
const UNREAD_MS = 500

export function Shell (): ReactNode {
  const t = useText()
  const here = useStore(route, now => now)
  const search = useRef<HTMLInputElement>(null)
  const [shortcuts, setShortcuts] = useState(false)
  const [left] = useState(leftCall)
  const inCall = useChatsState(state => state.call !== undefined || state.wish !== undefined)
  const revoked = useRevoked()
  useShortcuts(search, () => { setShortcuts(true) })
  useUpdateNotice()
  return (
    <main className={`shell ${here.at === 'list' ? 'show-list' : 'show-pane'}${revoked ? ' below-notice' : ''}`}>
      {revoked && <Suspense><Revoked /></Suspense>}
      <Sidebar searchRef={search} />
      <Suspense fallback={<section className='pane'><Waiting>{t('opening')}</Waiting></section>}><Screen here={here} onShortcuts={() => { setShortcuts(true) }} /></Suspense>
      <Toasts />
      <Unread />
      {left !== undefined && <Suspense><CallLeft left={left} /></Suspense>}
      {inCall && <Suspense><Calls /></Suspense>}
      {shortcuts && <Suspense><Shortcuts onClose={() => { setShortcuts(false) }} /></Suspense>}
    </main>
  )
}

function Screen ({ here, onShortcuts }: { here: Route, onShortcuts: () => void }): ReactNode {
  switch (here.at) {
    case 'chat': return <Chat key={here.who} who={here.who} />
    case 'contact': return <Contact who={here.who} />
    case 'requests': return <Requests />
    case 'add': return <Add link={here.link} />
    case 'settings': return <Settings onShortcuts={onShortcuts} />
    case 'network': return <Network />
    case 'devices': return <Devices />
    case 'calls': return <CallSettings />
    case 'list': return <Home />
  }
}

/** The number in the title and on the icon. By itself, so that nothing else is drawn with it. */
function Unread (): ReactNode {
  const unread = useChatsState(state => state.conversations.reduce((sum, one) => sum + one.unread, state.requests.length))
  const told = useRef(-UNREAD_MS)
  useEffect(() => {
    const timer = setTimeout(() => {
      told.current = performance.now()
      showUnread(unread)
    }, Math.max(0, told.current + UNREAD_MS - performance.now()))
    return () => { clearTimeout(timer) }
  }, [unread])
  return null
}

/** Beside the list, while nothing of it is chosen; where there is nobody yet, who asks to be, or what brings somebody. */
function Home (): ReactNode {
  const t = useText()
  const nobody = useChatsState(state => state.loaded && state.conversations.every(one => one.with === state.self.id))
  const asked = useChatsState(state => state.requests.length > 0)
  if (nobody && asked) return <Requests />
  return (
    <section className='pane' aria-label={t('home.title')}>
      {nobody
        ? <div className='page middle'><div className='column'><OwnLink /></div></div>
        : <Empty icon='message' title={t('home.title')} actions={<Button icon='add' onPress={() => { go({ at: 'add', link: '' }) }}>{t('add.title')}</Button>}>{t('home.lead')}</Empty>}
    </section>
  )
}

/** Keys that work wherever nothing is being written. */
function useShortcuts (search: React.RefObject<HTMLInputElement | null>, onHelp: () => void): void {
  const chats = useChats()
  useEffect(() => {
    const step = (by: number): void => {
      const list = sorted(chats.store.get().conversations, Date.now())
      const now = route.get()
      const at = list.findIndex(one => now.at === 'chat' && one.with === now.who)
      const next = list[Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + by))]
      if (next !== undefined) go({ at: 'chat', who: next.with })
    }
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return
      if (event.altKey) {
        if (event.key === 'ArrowDown') step(1)
        else if (event.key === 'ArrowUp') step(-1)
        else return
        event.preventDefault()
        return
      }
      const writing = (event.target as Element).matches('input, textarea, [contenteditable]')
      if (event.key === 'Escape') {
        if (writing) (event.target as HTMLElement).blur()
        else go({ at: 'list' })
        return
      }
      if (writing) return
      switch (event.key) {
        case '/': search.current?.focus(); break
        case 'n': go({ at: 'add', link: '' }); break
        case ',': go({ at: 'settings' }); break
        case '?': onHelp(); break
        default: return
      }
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => { removeEventListener('keydown', onKey) }
  }, [chats, search, onHelp])
}
