/** What a search in all conversations finds, while somebody types. What was found before stays until there is more to say. */
import { useEffect, useState } from 'react'
import { useChats } from './context.ts'
import { describeError } from './errors.ts'
import { legibly } from './legible.ts'
import type { FoundView } from '@sotto/node'

/** Looked for when nothing was typed for so long, ms. */
const PAUSE_MS = 100
/** Messages that come at once. */
const PAGE = 50

export interface Found {
  /** undefined: not known yet */
  readonly messages: readonly FoundView[] | undefined
  /** there may be more: asks for them */
  readonly more: (() => void) | undefined
  readonly busy: boolean
  readonly failed: string | undefined
}

interface State { messages?: readonly FoundView[] | undefined, failed?: string | undefined, full: boolean }

export function useFound (query: string): Found {
  const { messenger } = useChats()
  const [state, setState] = useState<State>({ full: false })
  const [asked, setAsked] = useState<{ query: string, after?: FoundView | undefined }>()
  const [busy, setBusy] = useState(true)
  useEffect(() => {
    setBusy(true)
    const timer = setTimeout(() => { setAsked({ query }) }, PAUSE_MS)
    return () => { clearTimeout(timer) }
  }, [query])
  useEffect(() => {
    if (asked === undefined) return
    const ended = new AbortController()
    const { signal } = ended
    setBusy(true)
    messenger.conversations.search(asked.query, { limit: PAGE, ...(asked.after === undefined ? {} : { before: asked.after.message.id }) }, { signal }).then(answer => {
      if (signal.aborted) return
      const found = answer.map(legibly)
      setState(({ messages }) => ({ messages: asked.after === undefined ? found : [...messages ?? [], ...found], full: found.length === PAGE }))
      setBusy(false)
    }, (error: unknown) => {
      if (signal.aborted) return
      setState({ messages: [], failed: describeError(error), full: false })
      setBusy(false)
    })
    return () => { ended.abort() }
  }, [asked, messenger])
  const { messages, failed, full } = state
  const more = !full || busy ? undefined : () => { setAsked({ query, after: messages?.at(-1) }) }
  return { messages, more, busy, failed }
}
