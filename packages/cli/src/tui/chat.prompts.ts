/** Questions at the place of the composer: what to search, which reaction, and whether one is sure. */
import { REACTIONS } from './chat.state.ts'
import { backspace, deleteLine, deleteNext, deleteWord, end, home, insert, left, right } from './composer.ts'
import type { ChatState, Effect, Key, Prompt, Step } from './chat.state.ts'
import type { Composer } from './composer.ts'

function still (state: ChatState, ...effects: Effect[]): Step { return { state, effects } }

const EDITS: Partial<Record<Key['name'], (draft: Composer) => Composer>> = { left, right, home, end, backspace, delete: deleteNext }
const CONTROLS: Record<string, (draft: Composer) => Composer> = { a: home, e: end, w: deleteWord, u: deleteLine }

export function onPromptKey (state: ChatState, prompt: Prompt, key: Key): Step {
  const closed: ChatState = { ...state, prompt: undefined }
  if (key.name === 'escape') return still(closed)
  switch (prompt.kind) {
    case 'retract': return still(closed, ...key.text === 'y' ? [{ do: 'retract', message: prompt.message } as const] : [])
    case 'decline': return still(closed, ...key.text === 'y' ? [{ do: 'decline', who: prompt.request.id } as const] : [])
    case 'react': {
      const picked = REACTIONS[Number(key.text) - 1]
      // what one has put there already takes it back: nobody has two
      const mine = state.open?.items.find(item => item.id === prompt.message)?.reactions.find(({ from }) => from === state.self)?.emoji
      const react = (emoji: string): Step => still(closed, { do: 'react', message: prompt.message, emoji: emoji === mine ? '' : emoji })
      if (prompt.composer.text === '' && picked !== undefined) return react(picked)
      if (key.name !== 'enter') return still({ ...state, prompt: { ...prompt, composer: edit(prompt.composer, key) } })
      const emoji = prompt.composer.text.trim()
      return emoji === '' ? still(closed) : react(emoji)
    }
    case 'search': {
      if (key.name !== 'enter') return still({ ...state, prompt: { ...prompt, composer: edit(prompt.composer, key) } })
      const query = prompt.composer.text.trim()
      const { open } = state
      if (query === '' || open === undefined) return still(closed)
      return still({ ...closed, focus: 'log', open: { ...open, search: { query, at: 0 } } }, { do: 'search', who: open.with, query })
    }
  }
}

function edit (composer: Composer, key: Key): Composer {
  const change = key.ctrl ? CONTROLS[key.text] : EDITS[key.name]
  if (change !== undefined) return change(composer)
  return key.ctrl || key.name !== 'text' ? composer : insert(composer, key.text.replace(/\n/g, ' '))
}
