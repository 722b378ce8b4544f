/** The connection in two words and a dot. */
import type { ReactNode } from 'react'
import { connectionOf } from '../state/chats.machine.ts'
import { useChatsState, useRevoked } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { useOnline } from '../state/use-online.ts'
import type { Connection } from '../state/chats.machine.ts'

const DOTS: Record<Connection, string> = { starting: 'busy', revoked: 'bad', offline: 'bad', alone: 'busy', new: 'good', unkept: 'fair', own: 'good', connected: 'good' }

/** Somebody said yes: they can write to us. */
export function useHasPeople (): boolean {
  return useChatsState(state => [...state.contacts.values()].some(({ state, blocked }) => state === 'accepted' && !blocked))
}

export function useConnection (): Connection {
  const status = useChatsState(state => state.status)
  const online = useOnline()
  const hasPeople = useHasPeople()
  return useRevoked() ? 'revoked' : connectionOf(status, online, hasPeople)
}

export function LinkState (): ReactNode {
  const t = useText()
  const connection = useConnection()
  return <span className='link-state'><span className={`dot ${DOTS[connection]}`} />{t(`connection.${connection}`)}</span>
}
