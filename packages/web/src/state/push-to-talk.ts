/** Push to talk: one is heard while a key or a button is held, and else is not. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { preferences } from './preferences.ts'
import { useStore } from './store.ts'

export interface PushToTalk {
  /** it is wanted: what else mutes is not asked for */
  readonly on: boolean
  readonly talking: boolean
  hold: (held: boolean) => void
}

/** Where a space is a letter, or chooses something. */
const WRITES = 'input, textarea, select, [contenteditable], [role=option], [role=menuitem], [role=menuitemradio], [role=listbox], [role=textbox], [role=combobox]'

/** `going`: one is in a call that one could be heard in. `hear` is told what is to be. */
export function usePushToTalk (going: boolean, hear: (heard: boolean) => void): PushToTalk {
  const on = useStore(preferences, value => value.pushToTalk)
  const [talking, setTalking] = useState(false)
  const latest = useRef(hear)
  const held = useRef(false)
  useEffect(() => { latest.current = hear })
  const hold = useCallback((now: boolean): void => {
    if (held.current === now) return
    held.current = now
    setTalking(now)
    latest.current(now)
  }, [])
  useEffect(() => {
    if (!on || !going) return
    latest.current(false)
    const onKey = (event: KeyboardEvent): void => {
      if (event.code !== 'Space' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      if (event.type === 'keydown' && event.target instanceof Element && event.target.matches(WRITES)) return
      if (event.type === 'keyup' && !held.current) return
      // it presses no button that has the focus
      event.preventDefault()
      event.stopPropagation()
      hold(event.type === 'keydown')
    }
    // who looks elsewhere lets go there, and it is not heard here
    const letGo = (): void => { hold(false) }
    const ended = new AbortController()
    for (const name of ['keydown', 'keyup'] as const) addEventListener(name, onKey, { capture: true, signal: ended.signal })
    addEventListener('blur', letGo, { signal: ended.signal })
    document.addEventListener('visibilitychange', letGo, { signal: ended.signal })
    return () => {
      ended.abort()
      held.current = false
      setTalking(false) // and stays muted: nobody is heard by surprise
    }
  }, [on, going, hold])
  return { on, talking, hold }
}
