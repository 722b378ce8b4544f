/** The connection, said so that anybody understands it; figures for those who like them. */
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Heading } from 'react-aria-components/Heading'
import { Button } from '../elements/button.tsx'
import { Icon } from '../elements/icon.tsx'
import { Waiting } from '../elements/empty.tsx'
import { useChats, useChatsState, useSession } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { useSaid } from '../state/said.ts'
import { useStore } from '../state/store.ts'
import { useTask } from '../state/use-task.ts'
import { useConnection } from './link-state.tsx'
import { Pane } from './pane.tsx'
import { Mailboxes } from './mailboxes.tsx'
import type { IconName } from '../elements/icon.tsx'
import type { Connection } from '../state/chats.machine.ts'

const FACES: Record<Connection, IconName> = { starting: 'clock', revoked: 'block', offline: 'block', alone: 'search', new: 'check', unkept: 'mailbox', own: 'check', connected: 'check' }

export function Network (): ReactNode {
  const t = useText()
  const status = useChatsState(state => state.status)
  const role = useStore(useSession().store, state => state.role)
  const connection = useConnection()
  const chats = useChats()
  const task = useTask()
  const isWaiting = connection === 'alone' || (connection !== 'revoked' && status?.mailboxes.some(({ kind, trouble }) => kind === 'own' && trouble !== undefined) === true)
  return (
    <Pane title={t('network.title')}>
      <div className='column'>
        <div className='empty'>
          <div className='art'><Icon name={FACES[connection]} /></div>
          <h2>{t(`connection.${connection}`)}</h2>
          <p>{t(`connection.${connection}Lead`)}</p>
          {status !== undefined && <p className='chip'>{t('network.outbox', { count: status.outbox })}</p>}
          {isWaiting && <Button icon='search' isPending={task.busy} onPress={() => { task.run(async () => { await chats.messenger.hurry(); await chats.askStatus() }) }}>{t('network.tryNow')}</Button>}
        </div>
        {status === undefined
          ? <Waiting>{t('network.loading')}</Waiting>
          : (
            <>
              <Mailboxes mailboxes={status.mailboxes} />
              <Disclosure className='card'>
                <Heading level={2}><AriaButton slot='trigger' className='button plain'>{t('network.details')}</AriaButton></Heading>
                <DisclosurePanel>
                  <dl className='facts'>
                    <div><dt>{t('network.peers')}</dt><dd>{status.peers}</dd></div>
                    <div><dt>{t('network.tab')}</dt><dd>{t(`role.${role}`)}</dd></div>
                    <div><dt>{t('network.reach')}</dt><dd>{t('reach', { reach: status.reachable })}</dd></div>
                    <div><dt>{t('network.device')}</dt><dd className='mono'>{status.device}</dd></div>
                    <div><dt>{t('network.peer')}</dt><dd className='mono'>{status.peerId}</dd></div>
                    {status.addresses.map(address => <div key={address}><dt>{t('network.address')}</dt><dd className='mono'>{address}</dd></div>)}
                  </dl>
                  <Advice />
                </DisclosurePanel>
              </Disclosure>
            </>
            )}
      </div>
    </Pane>
  )
}

/** What the node itself says of what is not in order; asked for here alone. */
function Advice (): ReactNode {
  const { messenger } = useChats()
  const status = useChatsState(state => state.status)
  const say = useSaid()
  const [found, setFound] = useState<ReadonlyArray<{ code: string, sentence: string }>>([])
  useEffect(() => {
    let wanted = true
    messenger.status().then(({ advice, notable = [] }) => { if (wanted) setFound(notable.map(({ code }, at) => ({ code, sentence: advice[at] ?? '' }))) }, () => undefined) // shown as it was, until it answers
    return () => { wanted = false }
  }, [messenger, status])
  return found.map(({ code, sentence }, at) => <p key={`${code} ${at}`} className='small'>{say(`finding.${code}`) ?? sentence}</p>)
}
