/**
 * Text of others, so that it can disguise nothing: signs that turn the direction of what stands around them are shown as what they are.
 * Every text that a peer wrote stands in an element of its own direction besides (`dir=auto`, `bdi`), so that a right-to-left name moves
 * nothing beside it (Unicode TR9; the signs are those of TR36 3.1 and CVE-2021-42574). Marks upon one letter are shown as far as a language
 * has them: towers of them would lie over what others said.
 */

import { shownName } from './initials.ts'

const STEERING = /[\u202a-\u202e\u2066-\u2069]/
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}\p{Script=Samaritan}\p{Script=Mandaic}]/u
const LETTER = /\p{L}/u
const JOINERS = '[\\u200b-\\u200d\\u2060\\ufeff]*' // between marks they are no letters
const LOOSE = '\\u0300-\\u036f\\u0483-\\u0489\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f'
const towerOf = (marks: string, most: number): RegExp => new RegExp(`((?:[${marks}]${JOINERS}){${most}})(?:[${marks}]${JOINERS})+`, 'gu')
/** Marks of no script of its own: phonetic writing has four upon a letter, Vietnamese two. */
const LOOSE_TOWER = towerOf(LOOSE, 4)
/** Marks of all kinds: Tibetan has eight in a letter of a seal, Hebrew with all its signs five, Thai three. */
const TOWER = towerOf('\\p{Mn}\\p{Me}', 10)

type Opened = { kind: 'embedding' | 'isolate' | 'override', at: number }

/** Overrides are shown wherever they stand: no script needs them. Embeddings and isolates stay where they are closed in the same paragraph. */
export function legible (text: string): string {
  const low = text.replace(LOOSE_TOWER, '$1').replace(TOWER, '$1')
  return STEERING.test(low) ? low.split('\n').map(paragraph).join('\n') : low
}

function paragraph (text: string): string {
  const characters = [...text]
  const open: Opened[] = []
  const shown = (at: number): void => { characters[at] = name(characters[at] ?? '') }
  characters.forEach((character, at) => {
    if (!STEERING.test(character)) return
    switch (character) {
      case '\u202a': case '\u202b': open.push({ kind: 'embedding', at }); break
      case '\u202d': case '\u202e':
        shown(at)
        open.push({ kind: 'override', at })
        break
      case '\u202c': close(at, kind => kind !== 'isolate'); break
      case '\u2069': close(at, kind => kind === 'isolate'); break
      default: open.push({ kind: 'isolate', at })
    }
  })
  for (const { kind, at } of open) if (kind !== 'override') shown(at)
  return characters.join('')

  function close (at: number, fits: (kind: Opened['kind']) => boolean): void {
    const last = open.at(-1)
    if (last === undefined || !fits(last.kind)) { shown(at); return }
    open.pop()
    if (last.kind === 'override') characters[at] = '' // what it ended is shown already
  }
}

/** `‹U+202E›`, as the command line writes it. */
function name (character: string): string {
  return `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}›`
}

/** A view of somebody as it is shown: what they call themselves turns nothing, and who has no name has a short one. */
export function legibly<T extends object> (view: T): T {
  const changed: Record<string, string> = {}
  for (const field of ['name', 'profileName', 'note']) {
    const text: unknown = Reflect.get(view, field)
    if (typeof text === 'string' && legible(text) !== text) changed[field] = legible(text)
  }
  const [id, name] = [Reflect.get(view, 'with') ?? Reflect.get(view, 'id'), Reflect.get(view, 'name')] as unknown[]
  if (typeof id === 'string' && typeof name === 'string' && shownName(id, name) !== name) changed.name = shownName(id, name)
  return Object.keys(changed).length === 0 ? view : { ...view, ...changed }
}

/** A value inside a sentence of ours: kept apart where it could turn the words beside it. */
export function apart (value: string): string {
  return STEERING.test(value) || RIGHT_TO_LEFT.test(value) ? `\u2068${legible(value)}\u2069` : value
}

/** By the first letter, as `dir=auto` has it: for what holds more than the text. */
export function isRightToLeft (text: string): boolean {
  const letter = LETTER.exec(text)?.[0]
  return letter !== undefined && RIGHT_TO_LEFT.test(letter)
}
