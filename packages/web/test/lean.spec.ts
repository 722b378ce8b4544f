import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import { withoutStreams } from '../lean/no-streams.ts'

const root = join(import.meta.dirname, '../../..')
const codecs = [...globSync('protocols/*/*.pb.ts', { cwd: root }), ...globSync('node_modules/@libp2p/*/dist/src/**/*.js', { cwd: root })]
  .map(file => ({ file, code: readFileSync(join(root, file), 'utf8') }))
  .filter(({ code }) => code.includes('streamMessage('))

describe('the codecs in a page', () => {
  it('lose the generators that nobody asks for, and nothing else', () => {
    expect(codecs).to.have.length.greaterThan(10)
    for (const { file, code } of codecs) {
      const lean = withoutStreams(code) ?? code
      expect(lean, file).not.to.match(/function ?\* ?\(reader/)
      for (const kept of [/reader\.skipType/g, /w\.ldelim\(\)/g, /decodeMessage\(/g, /encodeMessage\(/g]) {
        // each reader of a message skips what it does not know: once to decode, and once in the generator
        const before = code.match(kept)?.length ?? 0
        expect(lean.match(kept)?.length ?? 0, `${file} ${kept.source}`).to.equal(kept.source.includes('skipType') ? before / 2 : before)
      }
      if (file.endsWith('.ts')) expect(() => stripTypeScriptTypes(lean, { mode: 'transform' }), file).not.to.throw()
    }
  })
})
