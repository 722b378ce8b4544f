/** What can be done with a message. */
import { Suspense, useRef, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Dialog } from 'react-aria-components/Dialog'
import { Menu, MenuItem } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Toolbar } from 'react-aria-components/Toolbar'
import type { ReactNode } from 'react'
import { Confirm } from '../elements/dialog.tsx'
import { Waiting } from '../elements/empty.tsx'
import { Icon } from '../elements/icon.tsx'
import { useRevoked } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { late } from '../elements/late.tsx'
import type { MessageId, MessageView } from '@sotto/node'
import type { About } from './chat.tsx'

const EmojiPicker = late(async () => (await import('../elements/emoji-picker.tsx')).EmojiPicker)

const REACTIONS = ['👍', '❤️', '😂', '😮', '😢', '🎉', '🙏'] as const

export interface MessageActionsProps {
  message: MessageView
  anchor: Element
  own: boolean
  tracked: boolean
  onClose: () => void
  onAbout: (about: About) => void
  onReact: (message: MessageView, emoji: string) => void
  onRetract: (message: MessageId) => void
  onDelivery: () => void
}

export function MessageActions ({ message, anchor, own, tracked, onClose, onAbout, onReact, onRetract, onDelivery }: MessageActionsProps): ReactNode {
  const t = useText()
  const trigger = useRef(anchor)
  const [retracting, setRetracting] = useState(false)
  const [picking, setPicking] = useState(false)
  const gone = message.retracted === true
  // from a device that was revoked nothing goes out: what is there can be read
  const revoked = useRevoked()
  const act = (key: string): void => {
    switch (key) {
      case 'reply': onAbout({ kind: 'reply', message }); break
      case 'edit': onAbout({ kind: 'edit', message }); break
      case 'copy': navigator.clipboard.writeText(message.text).catch(() => undefined); break
      case 'delivery': onDelivery(); return
      case 'retract': setRetracting(true); return
    }
    onClose()
  }
  if (retracting) {
    return <Confirm title={t('retract.title')} action={t('message.retract')} onClose={onClose} onConfirm={() => { onRetract(message.id); onClose() }}>{t('retract.lead')}</Confirm>
  }
  if (gone && !own) return null
  return (
    <Popover className='popover' isOpen triggerRef={trigger} placement={own ? 'bottom end' : 'bottom start'} offset={6} onOpenChange={open => { if (!open) onClose() }}>
      <Dialog className='actions-dialog' aria-label={picking ? t('message.react') : t('message.actions')}>
        {picking && <Suspense fallback={<div className='emoji-picker'><Waiting>{t('search.loading')}</Waiting></div>}><EmojiPicker onPick={emoji => { onReact(message, emoji); onClose() }} /></Suspense>}
        {!gone && !picking && !revoked && (
          <Toolbar className='emoji-bar' aria-label={t('message.react')}>
            {REACTIONS.map(emoji => <AriaButton key={emoji} aria-label={t('message.reactWith', { emoji })} onPress={() => { onReact(message, emoji); onClose() }}>{emoji}</AriaButton>)}
            <AriaButton className='more' aria-label={t('emoji.more')} onPress={() => { setPicking(true) }}><Icon name='add' /></AriaButton>
          </Toolbar>
        )}
        {!picking && (
          <Menu className='menu' aria-label={t('message.actions')} autoFocus='first' onAction={key => { act(String(key)) }}>
            {!gone && !revoked && <MenuItem id='reply' textValue={t('message.reply')}><Icon name='reply' />{t('message.reply')}</MenuItem>}
            {!gone && <MenuItem id='copy' textValue={t('message.copy')}><Icon name='copy' />{t('message.copy')}</MenuItem>}
            {own && !gone && !revoked && <MenuItem id='edit' textValue={t('message.edit')}><Icon name='edit' />{t('message.edit')}</MenuItem>}
            {tracked && <MenuItem id='delivery' textValue={t('delivery.title')}><Icon name='checks' />{t('delivery.title')}</MenuItem>}
            {own && !gone && !revoked && <MenuItem id='retract' className='danger' textValue={t('message.retract')}><Icon name='trash' />{t('message.retract')}</MenuItem>}
          </Menu>
        )}
      </Dialog>
    </Popover>
  )
}
