/** Who keeps our mail while we are away. */
import type { ReactNode } from 'react'
import { Icon } from '../elements/icon.tsx'
import { shortWhen, sizeOf } from '../state/format.ts'
import { useText } from '../state/language.ts'
import type { KeeperInfo } from '@sotto/node'

export function Mailboxes ({ mailboxes }: { mailboxes: readonly KeeperInfo[] }): ReactNode {
  const t = useText()
  return (
    <section className='card'>
      <h2>{t('mailboxes.title')}</h2>
      <p>{t('mailboxes.lead')}</p>
      {mailboxes.length === 0
        ? <div className='notice warn'><Icon name='mailbox' /><div>{t('mailboxes.none')}</div></div>
        : (
          <ul className='facts'>
            {mailboxes.map(mailbox => (
              <li key={mailbox.peer}>
                <span>
                  {t('mailboxes.kind', { kind: mailbox.kind })}
                  <span className='small mono'> {mailbox.peer.slice(-8)}</span>
                  {mailbox.trouble !== undefined && <span className='error-text'> · {mailbox.trouble}</span>}
                </span>
                <span className='small'>{t('mailboxes.used', { used: sizeOf(mailbox.used), limit: sizeOf(mailbox.limit) })}{mailbox.lastSeen > 0 && ` · ${shortWhen(mailbox.lastSeen)}`}</span>
              </li>
            ))}
          </ul>
          )}
    </section>
  )
}
