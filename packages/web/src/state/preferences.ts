/** How the app looks and behaves on this device: nothing of anybody's messages. Kept in localStorage, shared by all tabs. */
import { createStore } from './store.ts'
import type { Language } from './language.ts'

export type Theme = 'system' | 'light' | 'dark'

export interface Preferences {
  theme: Theme
  /** undefined: as the browser asks */
  language?: Language | undefined
  notifications: boolean
  /** text of messages in notifications, not only who wrote */
  notificationText: boolean
  /** false: the phrase was shown, and is still to be written down */
  phraseKept: boolean
  /** ids that the browser gives to devices, for this origin alone; undefined: its own choice */
  microphone?: string | undefined
  camera?: string | undefined
  speaker?: string | undefined
  /** in calls one is heard only while a key or a button is held */
  pushToTalk: boolean
}

const KEY = 'sotto.preferences'
const DEFAULTS: Preferences = { theme: 'system', notifications: false, notificationText: false, phraseKept: true, pushToTalk: false }

function read (): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof kept === 'object' && kept !== null ? { ...DEFAULTS, ...kept } : DEFAULTS
  } catch {
    return DEFAULTS // storage refused or text damaged: the defaults are enough
  }
}

export const preferences = createStore<Preferences>(read())

export function setPreferences (change: Partial<Preferences>): void {
  preferences.set(now => ({ ...now, ...change }))
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences.get()))
  } catch {
    // storage refused: it holds for this visit
  }
}

/** Colours and language of the page follow the preferences, also when another tab changes them. */
export function applyPreferences (languageNow: () => Language, load: (language: Language) => Promise<void>): () => void {
  const apply = (): void => {
    const { theme } = preferences.get()
    const root = document.documentElement
    if (theme === 'system') delete root.dataset.theme
    else root.dataset.theme = theme
    root.lang = languageNow()
    load(languageNow()).catch(() => undefined) // English speaks meanwhile
  }
  const elsewhere = (event: StorageEvent): void => { if (event.key === KEY || event.key === null) preferences.set(read()) }
  apply()
  addEventListener('storage', elsewhere)
  const end = preferences.subscribe(apply)
  return () => {
    end()
    removeEventListener('storage', elsewhere)
  }
}
