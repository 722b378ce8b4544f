/** Every emoji that is offered: found by a word in any language of the app, chosen by keys or by a press. */
import { useMemo, useRef, useState } from 'react'
import { Header, ListBox, ListBoxItem, ListBoxSection } from 'react-aria-components/ListBox'
import type { KeyboardEvent, ReactNode } from 'react'
import { emojiGroups, findEmoji } from '../emoji/emoji.ts'
import { useLanguage, useText } from '../state/language.ts'
import { Search } from './search.tsx'
import type { Emoji } from '../emoji/emoji.ts'

export function EmojiPicker ({ onPick }: { onPick: (emoji: string) => void }): ReactNode {
  const t = useText()
  const italian = useLanguage() === 'it'
  const [query, setQuery] = useState('')
  const frame = useRef<HTMLDivElement>(null)
  const found = useMemo(() => query.trim() === '' ? undefined : findEmoji(query), [query])
  const option = ({ emoji, names }: Emoji): ReactNode => {
    const name = names[italian ? 1 : 0]
    return <ListBoxItem key={emoji} id={emoji} textValue={name} aria-label={name} className='emoji'>{emoji}</ListBoxItem>
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' || !(event.target instanceof HTMLInputElement)) return
    event.preventDefault()
    frame.current?.querySelector<HTMLElement>('[role=option]')?.focus()
  }
  return (
    <div className='emoji-picker' ref={frame} onKeyDown={onKeyDown}>
      <Search label={t('emoji.search')} value={query} onChange={setQuery} autoFocus onSubmit={() => { if (found?.[0] !== undefined) onPick(found[0].emoji) }} />
      <p className='hidden-text' role='status'>{found === undefined ? '' : t('emoji.found', { count: found.length })}</p>
      {found?.length === 0
        ? <p className='nothing'>{t('search.noneLead', { query })}</p>
        : (
          <ListBox className='emoji-grid' aria-label={t('emoji.title')} layout='grid' orientation='vertical' selectionMode='none' onAction={key => { onPick(String(key)) }}>
            {found === undefined
              ? [...emojiGroups()].map(([group, list]) => <ListBoxSection key={group} id={group}><Header>{t(`emoji.${group}`)}</Header>{list.map(option)}</ListBoxSection>)
              : found.map(option)}
          </ListBox>
          )}
    </div>
  )
}
