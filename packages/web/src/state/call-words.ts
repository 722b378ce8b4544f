/** The words of calls, in the language of the app. */
import { en, it } from '../messages/calls.ts'
import { useLanguage, wordsOf } from './language.ts'
import type { CallKey } from '../messages/calls.ts'
import type { Language, Values } from './language.ts'

export type CallWords = (key: CallKey, values?: Values) => string

const catalogues: Record<Language, Record<CallKey, string>> = { en, it }
const translators = new Map<Language, CallWords>()

export function useCallWords (): CallWords {
  const language = useLanguage()
  const known = translators.get(language)
  if (known !== undefined) return known
  const words: CallWords = wordsOf(language, catalogues[language])
  translators.set(language, words)
  return words
}
