/** What was said. Of much of it the beginning: nobody fills the screens of others by one message. */
import { useState } from 'react'
import type { ReactNode } from 'react'
import { RichText } from '../elements/rich-text.tsx'
import { useText } from '../state/language.ts'

/** Longer than this is folded: lines, and characters where they are not broken. */
const LONG_LINES = 24
const LONG_CHARACTERS = 1600
/** What is seen of it, lines; the same as in conversation.css. */
export const FOLD_LINES = 18

/** Those that one opened oneself stay open, also when they leave the screen for a while. */
const unfolded = new Set<string>()

export function isLong (text: string): boolean {
  return text.length > LONG_CHARACTERS || text.split('\n', LONG_LINES + 1).length > LONG_LINES
}

export function MessageText ({ id, text, large = false }: { id: string, text: string, large?: boolean }): ReactNode {
  const t = useText()
  const [open, setOpen] = useState(() => unfolded.has(id))
  if (!isLong(text)) return <span className={large ? 'text only-emoji' : 'text'} dir='auto'><RichText text={text} /></span>
  const toggle = (): void => {
    if (open) unfolded.delete(id)
    else unfolded.add(id)
    setOpen(!open)
  }
  return (
    <>
      <span className={open ? 'text' : 'text folded'} dir='auto'><RichText text={text} /></span>
      <button type='button' className='unfold' aria-expanded={open} onClick={toggle}>{t(open ? 'message.fold' : 'message.unfold')}</button>
    </>
  )
}
