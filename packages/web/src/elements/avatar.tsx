/** A circle with the first letters of a name, in a colour that belongs to the identity: the same person looks the same everywhere. */
import type { ReactNode } from 'react'
import { hueOf, initialsOf } from '../state/initials.ts'
import { Icon } from './icon.tsx'

export function Avatar ({ id, name, size = '', self = false }: { id: string, name: string, size?: '' | 's' | 'l', self?: boolean }): ReactNode {
  const initials = initialsOf(name)
  return (
    <span className={`avatar ${size} ${self ? 'self' : `hue-${hueOf(id)}`}`} aria-hidden='true'>
      {self ? <Icon name='note' /> : initials === '' ? <Icon name='user' /> : initials}
    </span>
  )
}
