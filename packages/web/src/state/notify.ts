/** Telling somebody who looks elsewhere: the number in the title and on the icon, and notifications of the system where allowed. */
import { callWords, isMissed } from './call-line.ts'
import { duration } from './format.ts'
import { preferences } from './preferences.ts'
import { text } from './language.ts'
import { legible } from './legible.ts'
import { go } from './route.ts'
import type { IdentityId, MessageView } from '@sotto/node'

export type NotificationAnswer = 'granted' | 'denied' | 'default' | 'missing'

export function notificationAnswer (): NotificationAnswer {
  return typeof Notification === 'undefined' ? 'missing' : Notification.permission
}

export async function askForNotifications (): Promise<NotificationAnswer> {
  return typeof Notification === 'undefined' ? 'missing' : Notification.requestPermission()
}

export function showUnread (unread: number): void {
  document.title = unread > 0 ? `(${unread > 999 ? '999+' : unread}) Sotto` : 'Sotto'
  if ('setAppBadge' in navigator) (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => undefined) // not installed
}

/** One a conversation: the newest replaces the one before. @returns how to take it back */
export function notify (title: string, body: string, tag: string, open: () => void): () => void {
  // asked last: the browser's answer is the dearest
  if (!preferences.get().notifications || document.hasFocus() || notificationAnswer() !== 'granted') return () => undefined
  try {
    const notification = new Notification(title, { body, tag, icon: './icons/icon-192.png' })
    notification.onclick = () => {
      window.focus()
      open()
      notification.close()
    }
    return () => { notification.close() }
  } catch {
    // Android allows them only to the service worker
    const shown = navigator.serviceWorker?.ready.then(async registration => {
      await registration.showNotification(title, { body, tag, icon: './icons/icon-192.png' })
      return registration
    }).catch(() => undefined)
    return () => { shown?.then(async registration => registration?.getNotifications({ tag })).then(all => { all?.forEach(one => { one.close() }) }).catch(() => undefined) }
  }
}

/** Of others. Of calls those that were missed: one that was talked in, or refused, is known of. */
export function notifyMessage (message: MessageView, from: IdentityId, name: string): void {
  const { call } = message
  if (call !== undefined && !isMissed(call, false)) return
  const body = call !== undefined ? callWords(text, duration, call, false) : preferences.get().notificationText && message.retracted !== true ? legible(message.text.slice(0, 200)) : text('notify.message')
  notify(name, body, from, () => { go({ at: 'chat', who: from }) })
}

export function notifyRequest (name: string): void {
  notify(text('requests.title'), text('notify.request', { name: name === '' ? text('somebody') : name }), 'requests', () => { go({ at: 'requests' }) })
}
