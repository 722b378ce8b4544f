/** Who keeps our mail while we are away. */
import type { ReactNode } from 'react'
import { Icon } from '../elements/icon.tsx'
import { shortWhen, sizeOf } from '../state/format.ts'
import { useText } from '../state/language.ts'
import { reasonWords, useSaid } from '../state/said.ts'
import { useHasPeople } from './link-state.tsx'
import type { KeeperInfo } from '@sotto/node'

export function Mailboxes ({ mailboxes }: { mailboxes: readonly KeeperInfo[] }): ReactNode {
  const t = useText()
  const say = useSaid()
  const hasPeople = useHasPeople()
  return (
    <section className='card'>
      <h2>{t('mailboxes.title')}</h2>
      <p>{t('mailboxes.lead')}</p>
      {mailboxes.length === 0
        ? <div className={hasPeople ? 'notice warn' : 'notice'}><Icon name='mailbox' /><div>{hasPeople ? t('mailboxes.none') : t('mailboxes.notYet')}</div></div>
        : (
          <ul className='facts'>
            {mailboxes.map(mailbox => (
              <li key={mailbox.peer}>
                <span>
                  {t('mailboxes.kind', { kind: mailbox.kind })}
                  <span className='small mono'> {mailbox.peer.slice(-8)}</span>
                  {mailbox.trouble !== undefined && <span className='error-text'> · {(mailbox.troubled === undefined ? undefined : reasonWords(say, mailbox.troubled)) ?? mailbox.trouble}</span>}
                </span>
                <span className='small'>{[...mailbox.limit > 0 ? [t('mailboxes.used', { used: sizeOf(mailbox.used), limit: sizeOf(mailbox.limit) })] : [], ...mailbox.lastSeen > 0 ? [shortWhen(mailbox.lastSeen)] : []].join(' · ')}</span>
              </li>
            ))}
          </ul>
          )}
    </section>
  )
}
