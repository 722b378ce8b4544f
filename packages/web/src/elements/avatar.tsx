/**
 * A circle with the first letters of a name, in a colour that belongs to the identity: the same person looks the same everywhere. Who
 * has no name has two characters of the key, on a tint of the same colour.
 */
import type { ReactNode } from 'react'
import { hueOf, initialsOf, isNameless, keyInitials } from '../state/initials.ts'
import { Icon } from './icon.tsx'

export function Avatar ({ id, name, size = '', self = false }: { id: string, name: string, size?: '' | 's' | 'l', self?: boolean }): ReactNode {
  const nameless = !self && isNameless(id, name)
  const initials = nameless ? keyInitials(id) : initialsOf(name)
  return (
    <span className={`avatar ${size} ${self ? 'self' : `hue-${hueOf(id)}${nameless ? ' nameless' : ''}`}`} aria-hidden='true'>
      {self ? <Icon name='note' /> : initials === '' ? <Icon name='user' /> : initials}
    </span>
  )
}
