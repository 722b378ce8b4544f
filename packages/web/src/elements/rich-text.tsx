/**
 * What a peer wrote, as text and nothing else. Addresses are recognised so that they can be followed; nothing is fetched,
 * nothing previewed, and only http, https, mailto and sotto become links.
 */
import { LinkifyIt } from 'linkify-it'
import { legible } from '../state/legible.ts'
import type { ReactNode } from 'react'

const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: false })
linkify.add('ftp:', null)
linkify.add('//', null)
linkify.add('sotto:', { validate: (text, at) => /^[A-Za-z0-9_-]{40,2048}/.exec(text.slice(at, at + 2048))?.[0].length ?? 0 })

/** Longest text searched for links, characters: beyond it a hostile text would cost more than its links are worth. */
const MAX_SEARCHED = 8000
const SAFE = /^(https?|mailto|sotto):/i
const EMOJI_ONLY = /^(?:\p{RGI_Emoji}|\s)+$/v

/** Up to three emoji and nothing else are shown large. */
export function isOnlyEmoji (text: string): boolean {
  return text.length <= 40 && EMOJI_ONLY.test(text) && [...new Intl.Segmenter().segment(text.replace(/\s/g, ''))].length <= 3
}

export function RichText ({ text: said }: { text: string }): ReactNode {
  const text = legible(said)
  const matches = text.length > MAX_SEARCHED ? null : linkify.match(text)
  if (matches === null) return text
  const parts: ReactNode[] = []
  let at = 0
  for (const match of matches) {
    if (!SAFE.test(match.url)) continue
    if (match.index > at) parts.push(text.slice(at, match.index))
    const shown = text.slice(match.index, match.lastIndex)
    // an address is read from left to right, whatever stands around it
    parts.push(match.schema === 'sotto:'
      ? <a key={match.index} href={`#/add/${encodeURIComponent(match.url)}`} dir='ltr'>{shown}</a>
      : <a key={match.index} href={match.url} target='_blank' rel='noopener noreferrer' dir='ltr'>{shown}</a>)
    at = match.lastIndex
  }
  parts.push(text.slice(at))
  return parts
}
