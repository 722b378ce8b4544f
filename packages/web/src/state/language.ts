/** The words of the app, in the language chosen or that of the browser. Catalogues: ../messages, one file a language. */
import { MessageDictionary, MessageFormatter } from '@internationalized/message'
import { en } from '../messages/en.ts'
import { it } from '../messages/it.ts'
import { preferences } from './preferences.ts'
import { useStore } from './store.ts'

export type MessageKey = keyof typeof en
export type Values = Record<string, string | number | boolean>
/** A message in the language of now. */
export type Translate = (key: MessageKey, values?: Values) => string

/** Code and own name of each language there is a catalogue for. */
export const LANGUAGES = { en: 'English', it: 'Italiano' } as const
export type Language = keyof typeof LANGUAGES

const dictionary = new MessageDictionary({ en, it }, 'en')
const translators = new Map<Language, Translate>()

function translatorOf (language: Language): Translate {
  const known = translators.get(language)
  if (known !== undefined) return known
  const formatter = new MessageFormatter(language, dictionary)
  const translate: Translate = (key, values) => String(formatter.format(key, values))
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
  return translatorOf(useLanguage())
}
