/**
 * Generated codecs can also hand out a message field by field, as a generator. Nobody here asks for that, but it is a third of their
 * code, and no bundler can tell: it is taken out of the text.
 */
const START = /^(\s*)\}, function ?\* ?\(reader, length, prefix, opts = \{\}\) \{$/

/** @returns undefined where there is nothing to take out */
export function withoutStreams (code: string): string | undefined {
  const kept: string[] = []
  let end: string | undefined
  let found = false
  for (const line of code.split('\n')) {
    if (end !== undefined) {
      if (line !== end && line !== `${end};`) continue
      kept.push(line)
      end = undefined
      continue
    }
    const start = START.exec(line)
    if (start === null) {
      kept.push(line)
      continue
    }
    end = `${start[1] ?? ''}})`
    found = true
  }
  if (end !== undefined) throw new Error('a codec that is written otherwise than those we know')
  return found ? kept.join('\n') : undefined
}
