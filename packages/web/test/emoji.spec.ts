import { expect } from 'chai'
import { emojiGroups, findEmoji } from '../src/emoji/emoji.ts'

describe('the emoji of the picker', () => {
  const all = [...emojiGroups().values()].flat()

  it('are emoji, each once, each with a name in both languages', () => {
    expect(all).to.have.length.above(400)
    expect(new Set(all.map(({ emoji }) => emoji)).size).to.equal(all.length)
    for (const { emoji, names, words } of all) {
      expect(emoji, emoji).to.match(/^\p{RGI_Emoji}$/v)
      expect(names.every(name => name !== ''), emoji).to.equal(true)
      expect(words.length, emoji).to.be.above(1)
    }
  })

  it('are one reaction each: no longer than the protocol takes', () => {
    for (const { emoji } of all) expect(new TextEncoder().encode(emoji).byteLength, emoji).to.be.at.most(64)
  })

  it('are found by words of either language, by their beginning, without regard to accents; whole words first', () => {
    const found = (query: string): string[] => findEmoji(query).map(({ emoji }) => emoji)
    expect(found('cuore rosso')).to.deep.equal(['❤️'])
    expect(found('caffe')).to.deep.equal(['☕'])
    expect(found('birthday')).to.include('🎂').and.include('🥳')
    expect(found('cat')[0]).to.equal('🐱')
    expect(found('italia')).to.include('🇮🇹')
    expect(found('GRAZIE')).to.deep.equal(['🙏'])
    expect(found('🙏')).to.deep.equal(['🙏'])
    expect(found('nothing like it')).to.deep.equal([])
  })
})
