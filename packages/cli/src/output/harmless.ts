/**
 * Text of other people, made fit for a terminal: it can neither move the cursor, set colours or the title, write to the
 * clipboard (escape sequences), nor turn the direction of what stands around it (bidirectional overrides), nor begin a
 * line that looks like ours.
 */

// Cc and Cf that steer: C0 (but newline), DEL, C1, ALM, LRM/RLM, line and paragraph separators, embeddings, isolates,
// interlinear annotations, BOM, language tags. ZWJ and ZWNJ stay: emoji and scripts need them.
// eslint-disable-next-line no-control-regex
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu
/** More marks upon one letter than any script uses would run over the lines around. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu

function replacement (character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code === 0x09) return '    '
  if (code === 0x0d) return ''
  if (code === 0x2028 || code === 0x2029) return '\n'
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  if (code === 0x7f) return '␡'
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd'
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`
}

/** Keeps line breaks. */
export function harmless (text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(STEERING, replacement).replace(PILED_MARKS, '$1')
}

/** On one line, at most `limit` characters. */
export function oneLine (text: string, limit = Infinity): string {
  const line = harmless(text).replace(/\s*\n\s*/g, ' ⏎ ').trim()
  if (line.length <= limit) return line
  const cut = Array.from(line).slice(0, limit - 1).join('')
  return `${cut}…`
}

/** JSON that is the same value for a parser, and as harmless on a terminal. */
export function harmlessJson (value: unknown): string {
  return JSON.stringify(value).replace(STEERING, character => Array.from({ length: character.length }, (_, at) =>
    `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''))
}
