/** A picture as large as the window, on white; a press anywhere and Escape close it. */
import { Button } from 'react-aria-components/Button'
import { Dialog } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import type { ReactNode } from 'react'
import { useText } from '../state/language.ts'

export function FullScreen ({ label, children, onClose }: { label: string, children: ReactNode, onClose: () => void }): ReactNode {
  const t = useText()
  return (
    <ModalOverlay className='full-screen' isOpen isDismissable onOpenChange={open => { if (!open) onClose() }}>
      <Modal>
        <Dialog aria-label={label}>
          <Button autoFocus aria-label={t('close')} onPress={onClose}>{children}</Button>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
