/** All keys on one page. */
import type { ReactNode } from 'react'
import { Dialog } from '../elements/dialog.tsx'
import { Button } from '../elements/button.tsx'
import { useText } from '../state/language.ts'
import type { MessageKey } from '../state/language.ts'

const KEYS: ReadonlyArray<[MessageKey, readonly string[]]> = [
  ['keys.search', ['/']],
  ['keys.new', ['N']],
  ['keys.next', ['Alt', '↓']],
  ['keys.previous', ['Alt', '↑']],
  ['keys.send', ['Enter']],
  ['keys.line', ['Shift', 'Enter']],
  ['keys.editLast', ['↑']],
  ['keys.walk', ['↑', '↓']],
  ['keys.first', ['Home']],
  ['keys.last', ['End']],
  ['keys.actions', ['Enter']],
  ['keys.reply', ['R']],
  ['keys.edit', ['E']],
  ['keys.delivery', ['D']],
  ['keys.mute', ['M']],
  ['keys.camera', ['V']],
  ['keys.talk', ['Space']],
  ['keys.settings', [',']],
  ['keys.leave', ['Esc']],
  ['keys.title', ['?']]
]

export function Shortcuts ({ onClose }: { onClose: () => void }): ReactNode {
  const t = useText()
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      <dl className='keys'>
        {KEYS.map(([what, keys]) => <div key={what}><dt>{t(what)}</dt><dd>{keys.map(key => <kbd key={key}>{key}</kbd>)}</dd></div>)}
      </dl>
      <div className='actions'><Button onPress={onClose} autoFocus>{t('close')}</Button></div>
    </Dialog>
  )
}
