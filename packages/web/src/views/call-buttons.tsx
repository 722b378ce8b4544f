/** Calls somebody who accepted: by voice, or with the camera. */
import type { ReactNode } from 'react'
import { Button, IconButton } from '../elements/button.tsx'
import { useChats, useRevoked } from '../state/context.ts'
import { useText } from '../state/language.ts'
import type { ContactView } from '@sotto/node'

export function CallButtons ({ contact, words = false }: { contact: ContactView | undefined, words?: boolean }): ReactNode {
  const t = useText()
  const chats = useChats()
  const revoked = useRevoked()
  if (contact?.state !== 'accepted' || contact.blocked || revoked) return null
  const call = (video: boolean) => () => { chats.setCall({ wish: { who: contact.id, name: contact.name, video } }) }
  return words
    ? <><Button icon='handset' onPress={call(false)}>{t('call.audio')}</Button><Button icon='video' onPress={call(true)}>{t('call.video')}</Button></>
    : <><IconButton icon='handset' label={t('call.audio')} onPress={call(false)} /><IconButton icon='video' className='broad-only' label={t('call.video')} onPress={call(true)} /></>
}
