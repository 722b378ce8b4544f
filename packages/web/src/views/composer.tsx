/** Where one writes. The text lives in the field itself, so that a keystroke draws nothing but its letter. */
import { Suspense, memo, useEffect, useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { IconButton } from '../elements/button.tsx'
import { useChats, useChatsState } from '../state/context.ts'
import { describeError } from '../state/errors.ts'
import { useText } from '../state/language.ts'
import { legible } from '../state/legible.ts'
import { late } from '../elements/late.tsx'
import type { ContactView, IdentityId } from '@sotto/node'
import type { Timeline } from '../state/timeline.ts'
import type { About } from './chat.tsx'

const EmojiPopover = late(async () => (await import('./emoji-popover.tsx')).EmojiPopover)

/** Longest text of one message, bytes of UTF-8: the messenger refuses more. */
const MAX_TEXT_BYTES = 32 * 1024
/** The other side is told again that we type after so long, and that we stopped after so long without a key, ms. */
const TYPING_AGAIN_MS = 3000
const TYPING_IDLE_MS = 5000

/** What was begun and not sent, as long as the page is open. One a conversation. */
const drafts = new Map<IdentityId, string>()

/** Also where nothing can be written any more. */
export function draftOf (who: IdentityId): string { return drafts.get(who) ?? '' }

export interface ComposerProps { timeline: Timeline, about: About | undefined, onAbout: (about: About | undefined) => void, contact: ContactView | undefined, name: string, onEditLast: () => void }

export const Composer = memo(function Composer ({ timeline, about, onAbout, contact, name, onEditLast }: ComposerProps): ReactNode {
  const t = useText()
  const chats = useChats()
  const self = useChatsState(state => state.self.id)
  const field = useRef<HTMLTextAreaElement>(null)
  const emoji = useRef<HTMLButtonElement>(null)
  const [picking, setPicking] = useState(false)
  const [empty, setEmpty] = useState((drafts.get(timeline.who) ?? '') === '')
  const [failed, setFailed] = useState<string>()
  const typing = useTyping(timeline.who)
  const { who } = timeline

  const put = (text: string): void => {
    if (field.current === null) return
    field.current.value = text
    grow(field.current)
    setEmpty(text.trim() === '')
  }
  useEffect(() => {
    if (about?.kind === 'edit') put(about.message.text)
    if (about !== undefined) field.current?.focus()
  }, [about])
  useEffect(() => {
    // a phone's keyboard must not jump up by itself
    if (!isTouched()) field.current?.focus()
    if (field.current !== null) grow(field.current)
  }, [])

  /** What could not be written stands in the field again, unless one went on to something else. */
  const correct = (about: About, text: string): void => {
    chats.messenger.conversations.edit(about.message.id, text).catch((error: unknown) => {
      setFailed(describeError(error))
      if (field.current?.value !== (drafts.get(who) ?? '')) return
      onAbout({ ...about, message: { ...about.message, text } })
    })
  }
  const submit = (): void => {
    const text = field.current?.value.trim() ?? ''
    if (text === '') return
    if (new TextEncoder().encode(text).byteLength > MAX_TEXT_BYTES) { setFailed(t('error.tooLong')); return }
    setFailed(undefined)
    if (about?.kind === 'edit') correct(about, text)
    else {
      void timeline.send(text, about?.message.id)
      drafts.delete(who)
    }
    typing.stop()
    put(drafts.get(who) ?? '')
    onAbout(undefined)
    field.current?.focus()
  }
  const cancel = (): void => {
    if (about?.kind === 'edit') put(drafts.get(who) ?? '') // what was begun before is there again
    onAbout(undefined)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey && !isTouched()) {
      event.preventDefault()
      submit()
    } else if (event.key === 'Escape' && about !== undefined) {
      event.stopPropagation()
      cancel()
    } else if (event.key === 'ArrowUp' && field.current?.value === '' && about === undefined) {
      event.preventDefault()
      onEditLast()
    }
  }
  const onInput = (): void => {
    if (field.current === null) return
    const { value } = field.current
    grow(field.current)
    setEmpty(value.trim() === '')
    if (about?.kind !== 'edit') drafts.set(who, value)
    if (value !== '' && who !== self) typing.start()
  }
  const insert = (picked: string): void => {
    setPicking(false)
    if (field.current === null) return
    field.current.setRangeText(picked, field.current.selectionStart, field.current.selectionEnd, 'end')
    onInput()
    // the popover gives the focus back to its button, and then it is taken
    requestAnimationFrame(() => { field.current?.focus() })
  }
  const blocked = contact?.blocked === true
  return (
    <div className='composer-frame'>
      {about !== undefined && (
        <div className='about'>
          <div>
            <strong>{about.kind === 'edit' ? t('composer.editing') : t('composer.replying', { name: about.message.from === self ? t('you') : name })}</strong>
            <p dir='auto'>{legible(about.message.text)}</p>
          </div>
          <IconButton icon='close' label={t('cancel')} onPress={cancel} />
        </div>
      )}
      {failed !== undefined && <p className='error-text' role='alert'>{failed}</p>}
      <div className='composer'>
        <div className='box'>
          <textarea
            ref={field} rows={1} dir='auto' aria-label={t('composer.label', { name })} placeholder={t('composer.placeholder')} defaultValue={drafts.get(who) ?? ''} disabled={blocked}
            autoComplete='off' enterKeyHint='enter' onKeyDown={onKeyDown} onInput={onInput} onBlur={() => { typing.stop() }}
          />
          <IconButton ref={emoji} className='emoji-button' icon='react' label={t('emoji.add')} isDisabled={blocked} onPress={() => { setPicking(true) }} />
          {picking && <Suspense><EmojiPopover trigger={emoji} onPick={insert} onClose={() => { setPicking(false) }} /></Suspense>}
        </div>
        <IconButton className='accent' icon={about?.kind === 'edit' ? 'check' : 'send'} label={about?.kind === 'edit' ? t('composer.save') : t('composer.send')} isDisabled={empty || blocked} onPress={submit} />
      </div>
    </div>
  )
})

/** Where the browser does not size the field by its content itself. */
/** A phone, whose keyboard covers half of the page and has no other key for a new line; who has a keyboard alone has no pointer at all. */
function isTouched (): boolean { return matchMedia('(pointer: coarse)').matches }

function grow (field: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return
  field.style.height = 'auto'
  field.style.height = `${field.scrollHeight}px`
}

function useTyping (who: IdentityId): { start: () => void, stop: () => void } {
  const chats = useChats()
  const said = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const stop = (): void => {
    clearTimeout(timer.current)
    if (said.current === 0) return
    said.current = 0
    chats.messenger.conversations.typing(who, false).catch(() => undefined) // worth no word where it does not arrive
  }
  const start = (): void => {
    clearTimeout(timer.current)
    timer.current = setTimeout(stop, TYPING_IDLE_MS)
    const now = performance.now()
    if (said.current !== 0 && now - said.current < TYPING_AGAIN_MS) return
    said.current = now
    chats.messenger.conversations.typing(who, true).catch(() => undefined)
  }
  useEffect(() => () => { clearTimeout(timer.current) }, [])
  return { start, stop }
}
