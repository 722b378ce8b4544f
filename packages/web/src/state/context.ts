/** The one session and its chats, for views that are far from the top. */
import { createContext, useContext } from 'react'
import { useStore } from './store.ts'
import type { Chats, ChatsState } from './chats.ts'
import type { Session } from './session.ts'

export const SessionContext = createContext<Session | undefined>(undefined)
export const ChatsContext = createContext<Chats | undefined>(undefined)

export function useSession (): Session {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('a view stands outside its session')
  return session
}

export function useChats (): Chats {
  const chats = useContext(ChatsContext)
  if (chats === undefined) throw new Error('a view stands outside its chats')
  return chats
}

/** One of our other devices put this one out: it shows what it has. */
export function useRevoked (): boolean {
  return useChatsState(state => state.self.revoked === true || state.status?.revoked === true)
}

export function useChatsState<S> (select: (state: ChatsState) => S): S {
  return useStore(useChats().store, select)
}
