/** How far a message came, step by step, each step proved by a signed receipt; and what it waits for. */
import { useEffect, useRef, useState } from 'react'
import { Dialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Popover } from 'react-aria-components/Popover'
import type { ReactNode } from 'react'
import { Icon } from '../elements/icon.tsx'
import { useChats } from '../state/context.ts'
import { describeError } from '../state/errors.ts'
import { useText } from '../state/language.ts'
import { reasonWords, useSaid } from '../state/said.ts'
import type { DeliveryView, MessageState, MessageView } from '@sotto/node'

/** Asked anew so often while it is looked at, ms. */
const ASK_MS = 1000
const STEPS: readonly MessageState[] = ['sealed', 'stored', 'delivered', 'read']

export function DeliveryPopover ({ message, anchor, name, onClose }: { message: MessageView, anchor: Element, name: string, onClose: () => void }): ReactNode {
  const t = useText()
  const trigger = useRef(anchor)
  return (
    <Popover className='popover' isOpen triggerRef={trigger} placement='bottom end' offset={8} onOpenChange={open => { if (!open) onClose() }}>
      <Dialog className='delivery'>
        <Heading slot='title' level={2}>{t('delivery.title')}</Heading>
        <Delivery message={message} name={name} />
      </Dialog>
    </Popover>
  )
}

function Delivery ({ message, name }: { message: MessageView, name: string }): ReactNode {
  const t = useText()
  const chats = useChats()
  const [delivery, setDelivery] = useState<DeliveryView>()
  const [failed, setFailed] = useState<string>()
  useEffect(() => {
    let ended = false
    const ask = (): void => {
      chats.messenger.conversations.delivery(message.id).then(view => { if (!ended) setDelivery(view) }, (error: unknown) => { if (!ended) setFailed(describeError(error)) })
    }
    ask()
    const timer = setInterval(ask, ASK_MS)
    return () => { ended = true; clearInterval(timer) }
  }, [chats, message.id])

  const state = delivery?.state ?? message.state
  const copies = delivery?.copies ?? message.copies
  const reached = STEPS.indexOf(state)
  const notYet = t('delivery.notYet')
  const stored = reached > 1 && copies === 0 ? t('delivery.direct') : copies > 0 || (delivery?.mailboxes ?? 0) > 0 ? t('delivery.copies', { copies, mailboxes: delivery?.mailboxes ?? copies }) : t('delivery.noMailbox', { name })
  const details: Record<MessageState, string> = { sealed: t('delivery.sealed'), stored, delivered: reached >= 2 ? t('delivery.delivered', { name }) : notYet, read: reached >= 3 ? t('delivery.read', { name }) : notYet }
  const say = useSaid()
  const waiting = delivery === undefined ? message.waitingFor : delivery.waitingFor
  return (
    <>
      {failed !== undefined && <p className='error-text' role='alert'>{failed}</p>}
      <ol>
        {STEPS.map((step, at) => {
          const done = at <= reached && !(step === 'stored' && copies === 0)
          return (
            <li key={step} className={done ? 'done' : ''}>
              <span className='spot'><Icon name='check' /></span>
              <span><strong>{t(`state.${step}`)}</strong>{details[step]}{step === 'stored' && <Keepers delivery={delivery} />}</span>
            </li>
          )
        })}
      </ol>
      {waiting !== undefined && reached < 2 && <div className='notice'><Icon name='clock' /><div>{reasonWords(say, waiting, name) ?? (copies > 0 ? t('delivery.waitsKept', { name }) : t('delivery.waitsHere', { name }))}</div></div>}
    </>
  )
}

/** Which mailboxes hold it, while it is on its way. */
function Keepers ({ delivery }: { delivery: DeliveryView | undefined }): ReactNode {
  const t = useText()
  const say = useSaid()
  const keepers = delivery?.keepers ?? []
  if (keepers.length === 0) return null
  return (
    <span className='keepers' role='list' aria-label={t('delivery.keepers')}>
      {keepers.map(({ peer, has, troubled }) => (
        <span key={peer} role='listitem'>
          <Icon name={has ? 'check' : troubled === undefined ? 'clock' : 'alert'} small />
          <span className='mono' title={peer}>…{peer.slice(-6)}</span>
          <span>{has ? t('delivery.has') : troubled === undefined ? t('delivery.hasNot') : reasonWords(say, troubled) ?? t('delivery.trouble')}</span>
        </span>
      ))}
    </span>
  )
}
