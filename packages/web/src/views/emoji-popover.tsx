/** The picker of emoji above a button. */
import { Dialog } from 'react-aria-components/Dialog'
import { Popover } from 'react-aria-components/Popover'
import type { ReactNode, RefObject } from 'react'
import { EmojiPicker } from '../elements/emoji-picker.tsx'
import { useText } from '../state/language.ts'

export function EmojiPopover ({ trigger, onPick, onClose }: { trigger: RefObject<Element | null>, onPick: (emoji: string) => void, onClose: () => void }): ReactNode {
  const t = useText()
  return (
    <Popover className='popover' isOpen triggerRef={trigger} placement='top end' offset={10} onOpenChange={open => { if (!open) onClose() }}>
      <Dialog className='actions-dialog' aria-label={t('emoji.title')}><EmojiPicker onPick={onPick} /></Dialog>
    </Popover>
  )
}
