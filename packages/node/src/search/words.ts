/** Text as it is searched: folded, and cut into words. The same for what was said and for what is looked for. */

/** Longest word that is told apart, characters: of longer ones (addresses, keys) the beginning counts. */
const MAX_WORD = 32
/** Places marked in one text: more than anybody looks at. */
const MAX_MARKS = 64
const GRAPHEMES = new Intl.Segmenter()
/** Diacritics and points that many leave out: Latin, Greek, Cyrillic; Hebrew; Arabic. Vowel signs of Indic scripts are letters. */
const MARKS: ReadonlyArray<readonly [number, number]> = [[0x300, 0x36f], [0x483, 0x487], [0x591, 0x5c7], [0x64b, 0x65f], [0x670, 0x670], [0x1ab0, 0x1aff], [0x1dc0, 0x1dff], [0x20d0, 0x20ff]]
/** Scripts that put no space between words (and Korean, which joins them): what stands side by side is found in pairs. */
const UNSPACED = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\u30fc'
const PARTS = new RegExp(`([${UNSPACED}]\\p{M}*)+|(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}])+|\\p{Extended_Pictographic}`, 'gu')
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, 'u')

/** Compatibility forms, case and diacritics do not tell words apart (Unicode NFKD, then full case folding as far as JavaScript knows it). */
export function fold (text: string): string {
  return text.normalize('NFKD').replace(/\p{Mn}/gu, mark => isOptional(mark) ? '' : mark).normalize('NFC').toUpperCase().toLowerCase().replaceAll('ς', 'σ')
}

function isOptional (mark: string): boolean {
  const code = mark.codePointAt(0) ?? 0
  return MARKS.some(([first, last]) => first <= code && code <= last)
}

interface Part { text: string, unspaced: boolean }

function partsOf (folded: string): Part[] {
  return Array.from(folded.matchAll(PARTS), ([text]) => ({ text, unspaced: IS_UNSPACED.test(text) }))
}

function cut (word: string): string {
  return word.length <= MAX_WORD ? word : [...word.slice(0, 2 * MAX_WORD)].slice(0, MAX_WORD).join('')
}

/** Under which words a text is found, each once: words, and pairs of characters where a script puts no spaces. */
export function wordsOf (text: string): Set<string> {
  const words = new Set<string>()
  for (const part of partsOf(fold(text))) {
    if (!part.unspaced) {
      words.add(cut(part.text))
      continue
    }
    const characters = [...part.text]
    for (const [at, character] of characters.entries()) words.add(character + (characters[at + 1] ?? ''))
  }
  return words
}

export interface Query {
  /** what a text must have under each: a word that begins so; of one letter, that word itself */
  words: string[]
  /** whether this text is meant */
  matches: (text: string) => boolean
  /** where in it what is looked for stands: from, to (not including), in UTF-16 code units; ascending, apart from each other */
  marks: (text: string) => Array<[from: number, to: number]>
}

/** A word of a query is found at the beginning of any word (a single letter, where it is all, as a word of its own); what has no words is found as it stands. */
export function parseQuery (text: string): Query {
  const parts = partsOf(fold(text))
  if (parts.length === 0) {
    const wanted = text.trim().toLowerCase()
    return {
      words: [],
      matches: other => other.toLowerCase().includes(wanted),
      marks: other => {
        const from = wanted === '' ? -1 : other.toLowerCase().indexOf(wanted)
        return from < 0 ? [] : [[from, Math.min(other.length, from + wanted.length)]]
      }
    }
  }
  const words = new Set<string>()
  for (const part of parts) {
    const characters = [...part.text]
    if (!part.unspaced || characters.length < 3) words.add(cut(part.text))
    else for (let at = 0; at + 1 < characters.length; at++) words.add(`${characters[at] ?? ''}${characters[at + 1] ?? ''}`)
  }
  // one letter begins too much to be looked for; beside longer words it only chooses among what they find
  const long = [...words].filter(word => !isShort(word))
  const alone = long.length === 0
  return { words: alone ? [...words] : long, matches: other => hasAll(parts, partsOf(fold(other)), alone), marks: other => marksOf(parts, other, alone) }
}

/** Each word is looked at as it stands in the text, unfolded: folding changes its length. */
function marksOf (wanted: readonly Part[], text: string, alone: boolean): Array<[number, number]> {
  const marks: Array<[number, number]> = []
  for (const { 0: word, index } of text.matchAll(PARTS)) {
    if (marks.length >= MAX_MARKS) break
    const [part] = partsOf(fold(word))
    const meant = part === undefined ? [] : wanted.filter(one => hasAll([one], [part], alone))
    if (part === undefined || meant.length === 0) continue
    const ends = meant.map((one): [number, number] => {
      const before = part.unspaced ? part.text.indexOf(one.text) : 0
      return [reach(word, before), reach(word, before + one.text.length)]
    })
    marks.push([index + Math.min(...ends.map(([from]) => from)), index + Math.max(...ends.map(([, to]) => to))])
  }
  return marks
}

/** So much of a word as folds to this many characters, with the marks that stand upon the last of them. */
function reach (word: string, folded: number): number {
  let end = 0
  for (const { segment, index } of GRAPHEMES.segment(word)) {
    if (fold(word.slice(0, end)).length >= folded) break
    end = index + segment.length
  }
  return end
}

function hasAll (wanted: readonly Part[], there: readonly Part[], alone: boolean): boolean {
  return wanted.every(({ text, unspaced }) => there.some(part => part.unspaced
    ? unspaced && part.text.includes(text)
    : !unspaced && (alone && isShort(text) ? part.text === text : part.text.startsWith(text))))
}

/** One character: it would be the beginning of too much. */
export function isShort (word: string): boolean {
  return word.length === 1 && !IS_UNSPACED.test(word)
}

/** Words are kept together by how they begin: two characters, or one where pairs of them are words. */
export function bucketOf (word: string): string {
  const [first = '', second = ''] = word
  return IS_UNSPACED.test(first) ? first : first + second
}
