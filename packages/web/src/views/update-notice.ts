/** Says once that a new build waits. */
import { useEffect } from 'react'
import { useChats } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { go } from '../state/route.ts'
import { useStore } from '../state/store.ts'
import { update } from '../state/update.ts'

export function useUpdateNotice (): void {
  const t = useText()
  const chats = useChats()
  const waiting = useStore(update, value => value.waiting)
  useEffect(() => {
    if (waiting !== undefined) chats.say({ text: t('version.notice'), lasting: true, action: { label: t('banner.look'), run: () => { go({ at: 'settings', part: 'version' }) } } })
  }, [waiting, chats, t])
}
