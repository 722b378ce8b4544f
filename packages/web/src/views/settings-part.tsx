/** A card of the settings that one can be led to: it comes into sight and takes the focus, each time one is. */
import { useEffect, useId, useRef } from 'react'
import type { ReactNode } from 'react'
import { route } from '../state/route.ts'
import { useStore } from '../state/store.ts'
import type { SettingsPart } from '../state/route.ts'

export function Part ({ name, title, children }: { name: SettingsPart, title: string, children: ReactNode }): ReactNode {
  const heading = useId()
  const card = useRef<HTMLElement>(null)
  const led = useStore(route, now => now.at === 'settings' && now.part === name ? now : undefined)
  useEffect(() => {
    if (led === undefined) return
    card.current?.scrollIntoView({ block: 'center' })
    card.current?.focus({ preventScroll: true })
  }, [led])
  return (
    <section ref={card} className='card' tabIndex={-1} aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {children}
    </section>
  )
}
