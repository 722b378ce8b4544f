import { expect } from 'chai'
import { fold, parseQuery, wordsOf } from '../../src/search/words.ts'

describe('words of a search', () => {
  const finds = (query: string, text: string): boolean => {
    const { words, matches } = parseQuery(query)
    const there = [...wordsOf(text)]
    // what the index would say, and what the text says
    const indexed = words.every(word => there.some(other => word.length === 1 && /[a-z0-9]/.test(word) ? other === word : other.startsWith(word)))
    expect(matches(text) && !indexed, 'the index hides nothing').to.equal(false)
    return matches(text)
  }

  it('case, diacritics and compatibility forms make no difference', () => {
    expect(fold('ＮＯËL ﬁn Straße ΟΔΟΣ İstanbul ㎞')).to.equal('noel fin strasse οδοσ istanbul km')
    for (const [query, text] of [['noel', 'joyeux NOËL'], ['STRASSE', 'die Straße'], ['ὁδός', 'Η ΟΔΟΣ'], ['مرحبا', 'مَرْحَبًا بك'], ['ёлка', 'Елка'], ['istanbul', 'İSTANBUL']] as const) {
      expect(finds(query, text), query).to.equal(true)
    }
  })

  it('each word is the beginning of one that is there, in any order; one letter is a word of its own', () => {
    expect(finds('wor hel', 'Hello, world!')).to.equal(true)
    expect(finds('ello', 'Hello')).to.equal(false)
    expect(finds('hello mars', 'Hello, world!')).to.equal(false)
    expect(finds('a', 'an apple')).to.equal(false)
    expect(finds('a', 'plan A')).to.equal(true)
    expect(finds('plan b', 'no plans, Bob')).to.equal(true)
    expect(finds('19', 'on 1984-01-19')).to.equal(true)
  })

  it('where a script puts no spaces, what stands side by side is found', () => {
    expect(finds('日本', '私は日本語を話します')).to.equal(true)
    expect(finds('日本語', '私は日本語を話します')).to.equal(true)
    expect(finds('本日', '私は日本語を話します')).to.equal(false)
    expect(finds('語', '日本語')).to.equal(true)
    expect(finds('안녕', '여러분 안녕하세요')).to.equal(true)
    expect(finds('สวัสดี', 'สวัสดีครับ')).to.equal(true)
    expect(finds('が', 'か')).to.equal(false)
  })

  it('Indic vowel signs are letters', () => {
    expect(finds('हिंदी', 'मैं हिंदी बोलता हूँ')).to.equal(true)
    expect(finds('हद', 'हिंदी')).to.equal(false)
  })

  it('finds emoji, and what has no words as it stands', () => {
    expect(finds('🎉', 'we won 🎉🎉')).to.equal(true)
    expect(parseQuery('?!').words).to.deep.equal([])
    expect(parseQuery('?!').matches('what?!')).to.equal(true)
  })

  it('a word of any length is found by its beginning', () => {
    const long = 'x'.repeat(3000)
    expect(Math.max(...[...wordsOf(long)].map(word => word.length))).to.equal(32)
    expect(finds('x'.repeat(100), long)).to.equal(true)
    expect(finds('x'.repeat(100), 'x'.repeat(50))).to.equal(false)
  })

  it('marks what was found in the text as it was written, however folding changes its length', () => {
    const marked = (query: string, text: string): string => {
      let [shown, at] = ['', 0]
      for (const [from, to] of parseQuery(query).marks(text)) {
        shown += `${text.slice(at, from)}[${text.slice(from, to)}]`
        at = to
      }
      return shown + text.slice(at)
    }
    expect(marked('wor hel', 'Hello, world: hello!')).to.equal('[Hel]lo, [wor]ld: [hel]lo!')
    expect(marked('noel', 'joyeux NOE\u0308LS')).to.equal('joyeux [NOE\u0308L]S')
    expect(marked('fin strasse', 'ﬁnito, die Straßen')).to.equal('[ﬁn]ito, die [Straße]n')
    expect(marked('مرحبا', 'قال مَرْحَبًا بك')).to.equal('قال [مَرْحَبًا] بك')
    expect(marked('日本', '私は日本語を話す')).to.equal('私は[日本]語を話す')
    expect(marked('plan a', 'plan A and another')).to.equal('[plan] [A] [a]nd [a]nother')
    expect(marked('🎉', 'so 🎉 it is')).to.equal('so [🎉] it is')
    expect(marked('!?', 'what!? no')).to.equal('what[!?] no')
    expect(marked('mars', 'Hello')).to.equal('Hello')
    expect(parseQuery('a').marks('a '.repeat(500))).to.have.length(64)
  })
})
