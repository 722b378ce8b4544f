/**
 * The messages of a conversation. Only what is seen stands in the page, however long the history; older pages are read
 * before one gets there; who stands at the end stays at the end, who reads above is not moved.
 */
import { useVirtualizer } from '@tanstack/react-virtual'
import { Suspense, memo, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, PointerEvent, ReactNode, Ref } from 'react'
import { Empty, Waiting } from '../elements/empty.tsx'
import { Icon } from '../elements/icon.tsx'
import { useChats, useChatsState } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { useStore } from '../state/store.ts'
import { groupingOf, indexOf } from '../state/timeline.machine.ts'
import { Message, PendingMessage } from './message.tsx'
import { FOLD_LINES } from './message-text.tsx'
import { late } from '../elements/late.tsx'
import type { MessageId, MessageView } from '@sotto/node'
import type { Timeline } from '../state/timeline.ts'
import type { About } from './chat.tsx'

const MessageActions = late(async () => (await import('./message-actions.tsx')).MessageActions)
const DeliveryPopover = late(async () => (await import('./delivery.tsx')).DeliveryPopover)

/** Older messages are read when so few are left above what is seen. */
const READ_AHEAD = 30
/** Nearer to the end than this counts as at the end, pixels. */
const END_PX = 60
/** Height of a message before it was measured: its padding, then a line for so many characters. */
const ROW_PX = 42
const LINE_PX = 21
const LINE_CHARACTERS = 58

export interface HistoryHandle { jump: (message: MessageId) => Promise<void>, toStart: () => Promise<void> }
export interface HistoryProps { timeline: Timeline, name: string, onAbout: (about: About) => void, onRetract: (message: MessageId) => void, ref: Ref<HistoryHandle> }
export type Opened = { kind: 'actions' | 'delivery', message: MessageView, anchor: Element }

/** Of what another own device said it is known once a device of the contact signed for it; its copies are not. */
function isConfirmed ({ state }: MessageView): boolean { return state === 'delivered' || state === 'read' }

function focusOn (scroller: Element | null, id: string): void {
  scroller?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true })
}

export const History = memo(function History ({ timeline, name, onAbout, onRetract, ref }: HistoryProps): ReactNode {
  const t = useText()
  const chats = useChats()
  const self = useChatsState(state => state.self.id)
  const device = useChatsState(state => state.self.device)
  const state = useStore(timeline.store, now => now)
  const { items, pending, gaps } = state
  const scroller = useRef<HTMLDivElement>(null)
  const [atBottom, setAtBottom] = useState(true)
  const atEnd = atBottom && !state.newer
  const [hovered, setHovered] = useState<MessageId>()
  const [pointed, setPointed] = useState<MessageId>()
  const [opened, setOpened] = useState<Opened>()
  const count = items.length + pending.length

  const keyOf = useCallback((index: number) => items[index]?.id ?? pending[index - items.length]?.key ?? index, [items, pending])
  // a page that was read below is no reason to go down
  const wasAbove = useRef(false)
  const follows = !state.newer && !wasAbove.current
  useEffect(() => { wasAbove.current = state.newer }, [state.newer])
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: index => ROW_PX + Math.min(FOLD_LINES, Math.floor((items[index]?.text.length ?? 0) / LINE_CHARACTERS)) * LINE_PX,
    getItemKey: keyOf,
    anchorTo: 'end',
    followOnAppend: follows,
    overscan: 8,
    paddingStart: 12,
    paddingEnd: 4
  })

  // the first page: the end, or where the new ones begin
  const placed = useRef(false)
  // a place is looked for by its number for some frames: a page that came before it meanwhile would lead elsewhere
  const [settled, setSettled] = useState(false)
  const settle = useCallback(() => {
    setSettled(false)
    requestAnimationFrame(() => { requestAnimationFrame(() => { requestAnimationFrame(() => { setSettled(true) }) }) })
  }, [])
  useLayoutEffect(() => {
    if (!state.loaded || placed.current) return
    placed.current = true
    const from = state.unreadFrom === undefined ? -1 : indexOf(state, state.unreadFrom)
    if (from >= 0 && items.length - from > 8) virtualizer.scrollToIndex(from, { align: 'start' })
    else if (count > 0) virtualizer.scrollToEnd()
    settle()
  }, [state, items, count, virtualizer, settle])

  const rows = virtualizer.getVirtualItems()
  const first = rows[0]?.index ?? 0
  useEffect(() => { if (settled && state.more && first < READ_AHEAD) void timeline.older() }, [first, settled, state.more, items, timeline])

  const bottom = rows.at(-1)?.index ?? 0
  useEffect(() => { if (settled && state.newer && bottom > items.length - READ_AHEAD) void timeline.newer() }, [bottom, settled, state.newer, items, timeline])

  const onScroll = (): void => {
    const element = scroller.current
    if (element !== null) setAtBottom(element.scrollHeight - element.scrollTop - element.clientHeight < END_PX)
  }
  // what one says oneself is seen at once, wherever one was
  const lastPending = pending.at(-1)?.key
  useEffect(() => { if (lastPending !== undefined) virtualizer.scrollToIndex(timeline.store.get().items.length + timeline.store.get().pending.length - 1, { align: 'end' }) }, [lastPending, virtualizer, timeline])
  const { heard, came } = state
  // what came while one stood at the end was seen: only what came since is new
  const seen = useRef(came)
  if (atEnd) seen.current = came
  const below = came - seen.current

  // read is what was on a screen that somebody looks at
  useEffect(() => {
    const look = (): void => { chats.look(atEnd && state.loaded && document.hasFocus() && !document.hidden ? timeline.who : undefined) }
    look()
    const ended = new AbortController()
    for (const event of ['focus', 'blur']) addEventListener(event, look, { signal: ended.signal })
    document.addEventListener('visibilitychange', look, { signal: ended.signal })
    return () => {
      ended.abort()
      chats.look(undefined)
    }
  }, [atEnd, state.loaded, chats, timeline])

  const ended = useMemo(() => new AbortController(), [])
  useEffect(() => () => { ended.abort() }, [ended])
  const jump = useCallback(async (message: MessageId) => {
    if (!await timeline.reach(message, ended.signal)) { chats.say({ text: t('chat.lost') }); return }
    settle()
    requestAnimationFrame(() => {
      virtualizer.scrollToIndex(indexOf(timeline.store.get(), message), { align: 'center' })
      setPointed(undefined)
      requestAnimationFrame(() => { setPointed(message) })
    })
  }, [timeline, virtualizer, ended, chats, t, settle])
  /** The first or the newest of all, also where it was not read yet; `focused`: it takes the keys too. */
  const go = useCallback(async (end: 'first' | 'latest', focused: boolean) => {
    settle()
    await timeline[end]()
    requestAnimationFrame(() => {
      if (end === 'first') virtualizer.scrollToIndex(0, { align: 'start' })
      else virtualizer.scrollToEnd()
      settle()
      const { items } = timeline.store.get()
      const id = (end === 'first' ? items[0] : items.at(-1))?.id ?? ''
      if (focused) requestAnimationFrame(() => { requestAnimationFrame(() => { focusOn(scroller.current, id) }) })
    })
  }, [timeline, virtualizer, settle])
  useImperativeHandle(ref, () => ({ jump, toStart: async () => go('first', true) }), [jump, go])

  const onOpen = useCallback((kind: Opened['kind'], message: MessageView, anchor: Element) => {
    if (message.kind === 'call' || message.kind === 'notice') return
    if (message.retracted !== true || (message.device === device && timeline.who !== self)) setOpened({ kind, message, anchor })
  }, [self, device, timeline])
  const onReact = useCallback((message: MessageView, emoji: string) => {
    const mine = message.reactions.some(reaction => reaction.from === self && reaction.emoji === emoji)
    chats.messenger.conversations.react(message.id, mine ? '' : emoji).catch(() => { chats.say({ text: t('error.react') }) })
  }, [chats, self, t])

  const onPointerOver = (event: PointerEvent): void => {
    if (event.pointerType !== 'mouse' || opened !== undefined) return
    const id = (event.target as Element).closest<HTMLElement>('[data-id]')?.dataset.id
    if (id !== hovered) setHovered(id as MessageId | undefined)
  }
  const focusRow = (index: number): void => {
    const item = items[index]
    if (item === undefined) return
    virtualizer.scrollToIndex(index, { align: 'auto' })
    requestAnimationFrame(() => { focusOn(scroller.current, item.id) })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = (event.target as Element).closest<HTMLElement>('[data-id]')
    const index = row === null ? items.length : indexOf(state, row.dataset.id as MessageId)
    const message = items[index]
    const move = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    const end = ({ Home: 'first', End: 'latest' } as const)[event.key]
    if (end !== undefined) void go(end, true)
    else if (move !== undefined) focusRow(Math.max(0, Math.min(items.length - 1, index + move)))
    // a link and a button in a message have keys of their own
    else if (message === undefined || row === null || (event.target as Element).closest('a, button') !== null || event.ctrlKey || event.metaKey || event.altKey) return
    else if (event.key === 'Enter' || event.key === 'ContextMenu') onOpen('actions', message, row)
    else if (event.key === 'r' && message.retracted !== true) onAbout({ kind: 'reply', message })
    else if (event.key === 'e' && message.from === self && message.retracted !== true) onAbout({ kind: 'edit', message })
    else if (event.key === 'd' && message.device === device && timeline.who !== self) onOpen('delivery', message, row)
    else return
    event.preventDefault()
  }

  // the composer grows, a keyboard opens: who was at the end stays there
  const stay = useRef(atEnd)
  stay.current = atEnd
  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const observer = new ResizeObserver(() => { if (stay.current) element.scrollTop = element.scrollHeight })
    observer.observe(element)
    return () => { observer.disconnect() }
  }, [state.loaded, count === 0])

  const toEnd = (): void => { seen.current = came; void go('latest', false) }
  if (!state.loaded) return <div className='history-frame'><Waiting>{t('chat.loading')}</Waiting></div>
  if (count === 0) return <div className='history-frame'><Empty icon={timeline.who === self ? 'note' : 'message'} title={timeline.who === self ? t('self.name') : t('chat.empty', { name })}>{timeline.who === self ? t('self.emptyLead') : t('chat.emptyLead')}</Empty></div>
  return (
    <div className='history-frame'>
      <div ref={scroller} className='history' role='feed' aria-label={t('chat.history', { name })} aria-busy={state.loading} tabIndex={0} onScroll={onScroll} onKeyDown={onKeyDown} onPointerOver={onPointerOver} onPointerLeave={() => { setHovered(undefined) }}>
        {state.loading && <div className='older'><span className='spinner' aria-hidden='true' />{t('chat.older')}</div>}
        <div className='rows' style={{ height: virtualizer.getTotalSize() }}>
          {rows.map(row => {
            const item = items[row.index]
            const waiting = pending[row.index - items.length]
            return (
              <div key={row.key} ref={virtualizer.measureElement} data-index={row.index} className='slot' style={{ transform: `translateY(${row.start}px)` }}>
                {item !== undefined
                  ? <Message
                      message={item} {...groupingOf(items[row.index - 1], item, items[row.index + 1])} own={item.from === self} tracked={item.from === self && item.device === device && timeline.who !== self} confirmed={item.from === self && timeline.who !== self && isConfirmed(item)} self={self} name={name}
                      quoted={item.replyTo === undefined ? undefined : items[indexOf(state, item.replyTo)]}
                      isNew={state.unreadFrom === item.id} hovered={hovered === item.id} pointed={pointed === item.id}
                      onOpen={onOpen} onReact={onReact} onJump={jump} onAbout={onAbout}
                    />
                  : waiting !== undefined && <PendingMessage pending={waiting} timeline={timeline} />}
              </div>
            )
          })}
        </div>
        {gaps.map(gap => <div key={gap.id} className='system' role='status'>{t('chat.gap', { count: gap.missing ?? 0, name })}</div>)}
      </div>
      {!atEnd && <button type='button' className='to-end' onClick={toEnd} aria-label={t('chat.toEnd', { count: below })}><Icon name='down' />{below > 0 && <span className='badge' aria-hidden='true'>{below}</span>}</button>}
      <div className='hidden-text' role='log' aria-live='polite'>{heard !== undefined && t('chat.heard', { name, text: heard.text })}</div>
      <Suspense>
        {opened?.kind === 'actions' && <MessageActions message={opened.message} anchor={opened.anchor} own={opened.message.from === self} tracked={opened.message.from === self && opened.message.device === device && timeline.who !== self} onClose={() => { setOpened(undefined) }} onAbout={onAbout} onReact={onReact} onRetract={onRetract} onDelivery={() => { setOpened({ ...opened, kind: 'delivery' }) }} />}
        {opened?.kind === 'delivery' && <DeliveryPopover message={opened.message} anchor={opened.anchor} name={name} onClose={() => { setOpened(undefined) }} />}
      </Suspense>
    </div>
  )
})
