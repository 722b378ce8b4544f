/** The emoji of the picker, and the search in their names, which stand in every language of the app at once. */
import { PEOPLE } from './people.ts'
import { FLAGS, WORLD } from './world.ts'

export type EmojiGroup = keyof typeof PEOPLE | keyof typeof WORLD | 'flags'
/** `names`: by the place of the language in LANGUAGES. */
export interface Emoji { readonly emoji: string, readonly names: readonly [en: string, it: string], readonly words: readonly string[] }

function fold (text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('’', "'").toLowerCase()
}

/** The words of a name that a search finds by their beginning. */
function wordsOf (names: string): string[] {
  return fold(names).split(/[^\p{L}\p{N}]+/u).filter(word => word !== '')
}

function read (list: string): Emoji[] {
  return list.trim().split('\n').map(line => {
    const space = line.indexOf(' ')
    const [english = '', italian = ''] = line.slice(space + 1).split('; ')
    const nameOf = (names: string): string => names.split(', ')[0] ?? ''
    return { emoji: line.slice(0, space), names: [nameOf(english), nameOf(italian)], words: wordsOf(`${english} ${italian}`) }
  })
}

/** A flag is two letters of its region, moved to where the regional indicators stand (Unicode TR51). */
function flag (region: string): Emoji {
  const [en, it] = (['en', 'it'] as const).map(language => new Intl.DisplayNames(language, { type: 'region' }).of(region) ?? region)
  const names = [en ?? region, it ?? region] as const
  return { emoji: String.fromCodePoint(...Array.from(region, letter => 0x1f1e6 + letter.charCodeAt(0) - 65)), names, words: wordsOf(`${names.join(' ')} flag bandiera`) }
}

let groups: ReadonlyMap<EmojiGroup, readonly Emoji[]> | undefined

/** All of them, by group, in the order in which they are shown. */
export function emojiGroups (): ReadonlyMap<EmojiGroup, readonly Emoji[]> {
  groups ??= new Map<EmojiGroup, readonly Emoji[]>([
    ...Object.entries({ ...PEOPLE, ...WORLD }).map(([group, list]) => [group as EmojiGroup, read(list)] as const),
    ['flags', FLAGS.split(' ').map(flag)]
  ])
  return groups
}

/** Those that have, for each word looked for, one that begins so: what is called so first, then what has the whole words. */
export function findEmoji (query: string): Emoji[] {
  const wanted = wordsOf(query)
  const typed = query.trim()
  const all = [...emojiGroups().values()].flat()
  if (wanted.length === 0) return all.filter(({ emoji }) => emoji === typed)
  const found = all.filter(({ words }) => wanted.every(one => words.some(word => word.startsWith(one))))
  const rank = ({ names, words }: Emoji): number => names.some(name => fold(name) === fold(typed)) ? 0 : wanted.every(one => words.includes(one)) ? 1 : 2
  return found.sort((a, b) => rank(a) - rank(b))
}
