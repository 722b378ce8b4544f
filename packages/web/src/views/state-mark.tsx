/** How far a message came, as a mark: a clock, one check (mailboxes keep it), two (their device has it), two in colour (read). */
import type { ReactNode } from 'react'
import { Icon } from '../elements/icon.tsx'
import { useText } from '../state/language.ts'
import type { IconName } from '../elements/icon.tsx'
import type { MessageState } from '@sotto/node'

const MARKS: Record<MessageState, IconName> = { sealed: 'clock', stored: 'check', delivered: 'checks', read: 'checks' }

export function StateMark ({ state }: { state: MessageState }): ReactNode {
  const t = useText()
  return <span className={`mark ${state}`}><Icon name={MARKS[state]} small /><span className='hidden-text'>{t(`state.${state}`)}</span></span>
}
