/** What happened beside what one does: for a while, or until it is put away. */
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { Button, IconButton } from '../elements/button.tsx'
import { useChats, useChatsState } from '../state/context.ts'
import { useText } from '../state/language.ts'
import type { Notice } from '../state/chats.ts'

/** How long a notice stays, ms. */
const SHOWN_MS = 7000

export function Toasts (): ReactNode {
  const notices = useChatsState(state => state.notices)
  return <div className='toasts' role='status' aria-live='polite'>{notices.map(notice => <Toast key={notice.key} notice={notice} />)}</div>
}

function Toast ({ notice }: { notice: Notice }): ReactNode {
  const t = useText()
  const chats = useChats()
  const calling = useChatsState(({ call }) => call !== undefined && call.phase !== 'ended')
  useEffect(() => {
    if (calling && notice.untilCall === true) chats.dismiss(notice.key)
    if (notice.lasting === true) return
    const timer = setTimeout(() => { chats.dismiss(notice.key) }, SHOWN_MS)
    return () => { clearTimeout(timer) }
  }, [chats, notice, calling])
  return (
    <div className='toast'>
      <span>{notice.text}</span>
      {notice.action !== undefined && <Button onPress={() => { notice.action?.run(); chats.dismiss(notice.key) }}>{notice.action.label}</Button>}
      <IconButton icon='close' label={t('close')} onPress={() => { chats.dismiss(notice.key) }} />
    </div>
  )
}
