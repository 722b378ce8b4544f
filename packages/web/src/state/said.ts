/** What the messenger says, by its codes, in the language of the app. The words come when the first of them are wanted. */
import { useEffect } from 'react'
import { shortWhen } from './format.ts'
import { currentLanguage, useLanguage, wordsOf } from './language.ts'
import { createStore, useStore } from './store.ts'
import type { SaidKey } from '../messages/said.ts'
import type { Language, Values } from './language.ts'
import type { Reason } from '@sotto/node'

type Words = (key: SaidKey, values?: Values) => string

interface Loaded { words: Readonly<Record<Language, Words>>, has: (key: string) => key is SaidKey }

const loaded = createStore<Loaded | undefined>(undefined)
let loading: Promise<void> | undefined

export async function loadSaid (): Promise<void> {
  loading ??= import('../messages/said.ts').then(({ en, it }) => {
    loaded.set({ words: { en: wordsOf('en', en), it: wordsOf('it', it) }, has: (key): key is SaidKey => Object.hasOwn(en, key) })
  }).catch(() => { loading = undefined }) // without them the messenger's own sentences are shown
  return loading
}

/** What is said under a key that a code makes; undefined where there are no words for it, or none yet. */
export type Say = (key: string, values?: Values) => string | undefined

function sayIn (language: Language, now: Loaded | undefined): Say {
  return (key, values) => now?.has(key) === true ? now.words[language](key, values) : undefined
}

export function said (key: string, values?: Values): string | undefined {
  return sayIn(currentLanguage(), loaded.get())(key, values)
}

export function useSaid (): Say {
  const language = useLanguage()
  const now = useStore(loaded, value => value)
  useEffect(() => { void loadSaid() }, [])
  return sayIn(language, now)
}

/** A reason in words. `name`: what its contact is called here. */
export function reasonWords (say: Say, { code, values = {} }: Reason, name?: string): string | undefined {
  const { since } = values
  return say(`reason.${code}`, { ...values, ...(name === undefined ? {} : { name }), ...(typeof since === 'number' ? { when: shortWhen(since) } : {}) })
}
