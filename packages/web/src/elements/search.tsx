/** A field to look for something; Escape empties it. */
import { Button } from 'react-aria-components/Button'
import { Input } from 'react-aria-components/Input'
import { SearchField } from 'react-aria-components/SearchField'
import type { ReactNode, Ref } from 'react'
import { Icon } from './icon.tsx'
import { useText } from '../state/language.ts'

export interface SearchProps { label: string, value: string, onChange: (value: string) => void, inputRef?: Ref<HTMLInputElement>, autoFocus?: boolean, onSubmit?: (value: string) => void }

export function Search ({ label, value, onChange, inputRef, autoFocus = false, onSubmit }: SearchProps): ReactNode {
  const t = useText()
  return (
    <SearchField className='search' aria-label={label} value={value} onChange={onChange} {...(autoFocus ? { autoFocus } : {})} {...(onSubmit === undefined ? {} : { onSubmit })}>
      <Icon name='search' />
      <Input placeholder={label} {...(inputRef === undefined ? {} : { ref: inputRef })} />
      <Button aria-label={t('search.clear')}><Icon name='close' small /></Button>
    </SearchField>
  )
}
