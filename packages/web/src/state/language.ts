/** The words of the app, in the language chosen or that of the browser. Catalogues: ../messages, one file a language. */
import { MessageDictionary, MessageFormatter } from '@internationalized/message'
import { en } from '../messages/en.ts'
import { apart } from './legible.ts'
import { preferences } from './preferences.ts'
import { createStore, useStore } from './store.ts'

export type MessageKey = keyof typeof en
export type Values = Record<string, string | number | boolean>
/** A message in the language of now. */
export type Translate = (key: MessageKey, values?: Values) => string

/** Code and own name of each language there is a catalogue for. */
export const LANGUAGES = { en: 'English', it: 'Italiano' } as const
export type Language = keyof typeof LANGUAGES

type Catalogue = Record<MessageKey, string>
/** English is there from the start; another language comes when it is wanted. */
const LOADERS: Record<Exclude<Language, 'en'>, () => Promise<Catalogue>> = {
  it: async () => (await import('../messages/it.ts')).it
}
const loaded = createStore<Readonly<Partial<Record<Language, Catalogue>>>>({ en })
const translators = new Map<Language, Translate>()

/** Until its words are there, English speaks. */
export async function loadLanguage (language: Language): Promise<void> {
  if (language === 'en' || loaded.get()[language] !== undefined) return
  const catalogue = await LOADERS[language]()
  loaded.set(now => ({ ...now, [language]: catalogue }))
}

/** What says the messages of a catalogue. */
export function wordsOf<K extends string> (language: Language, catalogue: Readonly<Record<K, string>>): (key: K, values?: Values) => string {
  const formatter = new MessageFormatter(language, new MessageDictionary({ [language]: { ...catalogue } }, language))
  return (key, values) => {
    return String(formatter.format(key, values === undefined ? undefined : Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? apart(value) : value]))))
  }
}

function translatorOf (wanted: Language): Translate {
  const language = loaded.get()[wanted] === undefined ? 'en' : wanted
  const known = translators.get(language)
  if (known !== undefined) return known
  const translate: Translate = wordsOf(language, loaded.get()[language] ?? en)
  translators.set(language, translate)
  return translate
}

/** Of those the browser asks for the first that we have. */
export function preferredLanguage (asked: readonly string[] = navigator.languages): Language {
  for (const tag of asked) {
    const language = tag.slice(0, 2).toLowerCase()
    if (language in LANGUAGES) return language as Language
  }
  return 'en'
}

export function currentLanguage (): Language {
  return preferences.get().language ?? preferredLanguage()
}

export function text (key: MessageKey, values?: Values): string {
  return translatorOf(currentLanguage())(key, values)
}

export function useLanguage (): Language {
  return useStore(preferences, value => value.language) ?? preferredLanguage()
}

export function useText (): Translate {
  useStore(loaded, value => value)
  return translatorOf(useLanguage())
}
