/** A question or a small screen above everything; Escape and a press beside it close it. */
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import type { ReactNode } from 'react'
import { useText } from '../state/language.ts'
import { Button } from './button.tsx'

export interface DialogProps {
  title: string
  children: ReactNode
  onClose: () => void
  role?: 'dialog' | 'alertdialog'
}

export function Dialog ({ title, children, onClose, role = 'dialog' }: DialogProps): ReactNode {
  return (
    <ModalOverlay className='overlay' isOpen isDismissable onOpenChange={open => { if (!open) onClose() }}>
      <Modal className='modal'>
        <AriaDialog className='dialog' role={role}>
          <Heading slot='title' level={2}>{title}</Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

export interface ConfirmProps extends Omit<DialogProps, 'role'> {
  action: string
  isDisabled?: boolean
  isPending?: boolean
  onConfirm: () => void
}

/** Before something that cannot be taken back. */
export function Confirm ({ action, onConfirm, children, isDisabled = false, isPending = false, ...dialog }: ConfirmProps): ReactNode {
  const t = useText()
  return (
    <Dialog {...dialog} role='alertdialog'>
      <div className='column lead'>{children}</div>
      <div className='actions'>
        <Button onPress={() => { dialog.onClose() }}>{t('cancel')}</Button>
        <Button kind='danger' isDisabled={isDisabled} isPending={isPending} onPress={onConfirm}>{action}</Button>
      </div>
    </Dialog>
  )
}
