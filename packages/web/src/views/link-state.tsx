/** The connection in two words and a dot. */
import type { ReactNode } from 'react'
import { connectionOf } from '../state/chats.machine.ts'
import { useChatsState, useRevoked } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { useOnline } from '../state/use-online.ts'
import type { Connection } from '../state/chats.machine.ts'

const DOTS: Record<Connection, string> = { starting: 'busy', revoked: 'bad', offline: 'bad', alone: 'busy', unkept: 'fair', connected: 'good' }

export function useConnection (): Connection {
  const status = useChatsState(state => state.status)
  const online = useOnline()
  return useRevoked() ? 'revoked' : connectionOf(status, online)
}

export function LinkState (): ReactNode {
  const t = useText()
  const connection = useConnection()
  return <span className='link-state'><span className={`dot ${DOTS[connection]}`} />{t(`connection.${connection}`)}</span>
}
