/** This page was loaded anew in mid-call: it goes on. Where nobody waited, it is told as soon as the log says how that ended, with a way back to whom one talked with. */
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { useCallWords } from '../state/call-words.ts'
import { useChats } from '../state/context.ts'
import { forgetCall } from '../state/left-call.ts'
import type { LeftCall } from '../state/left-call.ts'
import type { CallId, IdentityId, MessageView } from '@sotto/node'

/** How long the word of the other side is waited for, ms: they take a call for lost after 8 s (CALL-9). */
const PATIENCE_MS = 30_000

export function CallLeft ({ left: { id, fresh } }: { left: LeftCall }): ReactNode {
  const w = useCallWords()
  const chats = useChats()
  useEffect(() => {
    const ended = new AbortController()
    const done = (who: IdentityId, name: string): void => {
      ended.abort()
      forgetCall()
      chats.say({ text: w('left.title', { name }), lasting: true, untilCall: true, action: { label: w('do.callAgain'), run: () => { chats.setCall({ wish: { who, name, video: false } }) } } })
    }
    const isIt = (message: MessageView | undefined): boolean => message?.call?.id === id
    const follow = async (): Promise<void> => {
      for await (const event of chats.messenger.events({ signal: ended.signal })) {
        if (event.event === 'message' && isIt(event.message)) return done(event.with, event.name)
      }
    }
    const look = async (): Promise<void> => {
      const found = (await chats.messenger.conversations.list()).find(({ last }) => isIt(last))
      if (found !== undefined && !ended.signal.aborted) done(found.with, found.name)
    }
    const tell = (): void => {
      follow().catch(() => undefined) // the messenger ended
      look().catch(() => undefined)
    }
    const rejoin = async (): Promise<void> => {
      const call = await chats.messenger.calls.answer(id as CallId)
      if (ended.signal.aborted) return
      ended.abort()
      chats.setCall({ call })
    }
    if (fresh) rejoin().catch(tell)
    else tell()
    const timer = setTimeout(() => {
      if (ended.signal.aborted) return
      ended.abort()
      forgetCall()
    }, PATIENCE_MS)
    return () => {
      ended.abort()
      clearTimeout(timer)
    }
  }, [chats, id, fresh, w])
  return null
}
