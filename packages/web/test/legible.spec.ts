import { expect } from 'chai'
import { apart, isRightToLeft, legible, legibly } from '../src/state/legible.ts'

describe('text of others', () => {
  it('shows overrides as what they are, and the sign that ends one goes with it', () => {
    expect(legible('user\u202egnp.exe')).to.equal('user‹U+202E›gnp.exe')
    expect(legible('see \u202dabc\u202c and \u202ehttps://moc.live\u202c ok')).to.equal('see ‹U+202D›abc and ‹U+202E›https://moc.live ok')
    expect(legible('sotto:\u202eAAAA')).to.equal('sotto:‹U+202E›AAAA')
  })

  it('keeps embeddings and isolates that are closed in their paragraph, and shows those that are not', () => {
    for (const fine of ['\u2068שלום\u2069 hello', 'a \u2067\u2066b\u2069\u2069', '\u202bمرحبا\u202c', 'שלום, \u2066https://example.org\u2069', 'plain', 'with\u200f marks\u200e']) expect(legible(fine)).to.equal(fine)
    expect(legible('\u2067open')).to.equal('‹U+2067›open')
    expect(legible('close\u2069 \u202c')).to.equal('close‹U+2069› ‹U+202C›')
    expect(legible('\u2067one\ntwo\u2069')).to.equal('‹U+2067›one\ntwo‹U+2069›')
    expect(legible('\u2067a\u202bb\u2069')).to.equal('‹U+2067›a‹U+202B›b‹U+2069›')
  })

  it('shows of towers of marks four, or ten of a script of its own, also with joiners between them', () => {
    expect(legible(`z${'\u0353\u030d'.repeat(40)}a`)).to.equal('z\u0353\u030d\u0353\u030da')
    expect(legible(`z${'\u0301\u200d'.repeat(40)}`)).to.equal(`z${'\u0301\u200d'.repeat(4)}`)
    expect(legible(`ส${'็'.repeat(100)}`)).to.equal(`ส${'็'.repeat(10)}`)
    expect(legible(`ส${'\u0e47\u0301'.repeat(100)}`).length, 'mixed').to.equal(11)
    expect(legibly({ id: 'x', name: `B${'\u0301'.repeat(9)}` })).to.deep.equal({ id: 'x', name: `B${'\u0301'.repeat(4)}` })
    for (const fine of ['ที่นี่ น้ำ กรุ๊ป', 'Việt Nam'.normalize('NFD'), 'ạ̈́ɔ̃̀ː', 'بِسْمِ ٱللَّهِ ٱلرَّحْمَـٰنِ', 'क्षत्रिय श्री', 'בְּרֵאשִׁ֖ית', 'ཧྐྵྨླྺྼྻྂ', '👩‍👩‍👧‍👦 🏳️‍🌈 1️⃣ 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} 👍🏽']) expect(legible(fine)).to.equal(fine)
  })

  it('in views changes what somebody called themselves, and leaves the rest alone', () => {
    const plain = { id: 'x', name: 'Bob', note: 'hello' }
    expect(legibly(plain)).to.equal(plain)
    expect(legibly({ id: 'x', name: '\u202eboB', profileName: '\u202e', note: '\u2067' })).to.deep.equal({ id: 'x', name: '‹U+202E›boB', profileName: '‹U+202E›', note: '‹U+2067›' })
  })

  it('stands apart in our sentences where it runs from right to left', () => {
    expect(apart('Bob')).to.equal('Bob')
    expect(apart('ליאור')).to.equal('\u2068ליאור\u2069')
    expect(apart('\u202ex')).to.equal('\u2068‹U+202E›x\u2069')
  })

  it('runs by its first letter', () => {
    expect(isRightToLeft('שלום Bob')).to.equal(true)
    expect(isRightToLeft('123 مرحبا')).to.equal(true)
    expect(isRightToLeft('Bob שלום')).to.equal(false)
    expect(isRightToLeft('12:30')).to.equal(false)
  })
})
