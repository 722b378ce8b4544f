/** A screen of the right side: a bar with the way back, and a page under it. */
import type { ReactNode } from 'react'
import { IconButton } from '../elements/button.tsx'
import { useText } from '../state/language.ts'
import { go } from '../state/route.ts'
import type { Route } from '../state/route.ts'

export function Pane ({ title, back = { at: 'list' }, children, alwaysBack = false }: { title: string, back?: Route, alwaysBack?: boolean, children: ReactNode }): ReactNode {
  const t = useText()
  return (
    <section className='pane' aria-label={title}>
      <div className='bar'>
        <IconButton icon='back' label={t('back')} className={alwaysBack ? '' : 'back'} onPress={() => { go(back) }} />
        <h1>{title}</h1>
      </div>
      <div className='page'>{children}</div>
    </section>
  )
}
