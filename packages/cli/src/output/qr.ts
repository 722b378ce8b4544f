import { renderUnicodeCompact } from 'uqr'

/**
 * Half blocks, two modules of quiet zone (four would push the code off small windows). With `colours` it is white on
 * black whatever the terminal's own colours are: turned round, many cameras do not read it.
 */
export function qr (text: string, colours: boolean): string {
  const code = renderUnicodeCompact(text, { border: 2, ecc: 'L' })
  return colours ? code.split('\n').map(line => `\u001b[97;40m${line}\u001b[0m`).join('\n') : code
}
