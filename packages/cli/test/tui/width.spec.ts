import { expect } from 'chai'
import fc from 'fast-check'
import stringWidth from 'string-width'
import { EMPTY, backspace, insert, lay, left, vertical } from '../../src/tui/composer.ts'
import { cells, clusters, column, cut, widthOf, wrap } from '../../src/tui/width.ts'

describe('text in cells', () => {
  it('counts letters of two cells, marks of none, and emoji at their widest', () => {
    expect(widthOf('abc')).to.equal(3)
    expect(widthOf('漢字')).to.equal(4)
    expect(widthOf('e\u0301')).to.equal(1)
    expect(widthOf('שלום مرحبا')).to.equal(10)
    expect(widthOf('👋')).to.equal(2)
    expect(widthOf('👨‍👩‍👧')).to.be.at.least(2)
  })

  it('breaks at spaces, and within a word only where it is longer than a row', () => {
    expect(wrap('to be or not to be', 8)).to.deep.equal(['to be or', 'not to', 'be'])
    expect(wrap('a bcdefghijkl', 4)).to.deep.equal(['a bc', 'defg', 'hijk', 'l'])
    expect(wrap('one\n\ntwo', 8)).to.deep.equal(['one', '', 'two'])
  })

  it('never makes a row wider than asked, loses no letter, and cuts no cluster', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 8, max: 30 }), (text, columns) => {
      const widest = Math.max(2, ...clusters(text).map(cells))
      const rows = wrap(text, columns)
      for (const row of rows) expect(widthOf(row)).to.be.at.most(Math.max(columns, widest))
      expect(rows.join('').replace(/\s/g, '')).to.equal(text.replace(/\s/g, ''))
    }))
  })

  it('fills a column exactly, whatever stands in it', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (text, columns) => {
      const shown = column(text.replace(/[\p{C}]/gu, ''), columns)
      expect(widthOf(shown)).to.equal(columns)
      expect(stringWidth(shown)).to.be.at.most(columns)
    }))
    expect(column('👨‍👩‍👧 Zoë', 8)).to.equal('👨 Zoë  ')
    expect(cut('abcdef', 4)).to.equal('abc…')
  })
})

describe('the text that is being written', () => {
  it('takes lines of any system as lines, tabs as spaces, and control characters not at all', () => {
    expect(insert(EMPTY, 'a\r\nb\rc\td\u001b[31m').text).to.equal('a\nb\nc    d[31m')
  })

  it('moves and deletes by what a reader calls characters', () => {
    const family = insert(EMPTY, 'x👨‍👩‍👧')
    expect(left(family).at).to.equal(1)
    expect(backspace(family).text).to.equal('x')
    expect(backspace(insert(EMPTY, 'a\n')).text).to.equal('a')
  })

  it('shows the cursor where the next letter comes, over the ends of rows', () => {
    expect(lay(insert(EMPTY, 'abc'), 4)).to.deep.include({ lines: ['abc'], x: 3, y: 0 })
    expect(lay(insert(EMPTY, 'abcd'), 4)).to.deep.include({ lines: ['abcd', ''], x: 0, y: 1 })
    expect(lay({ text: 'ab\ncd', at: 4 }, 10)).to.deep.include({ x: 1, y: 1 })
  })

  it('moves up and down between lines, and says where there is none', () => {
    const text = 'first\nsecond'
    expect(vertical({ text, at: 8 }, -1)?.at).to.equal(2)
    expect(vertical({ text, at: 2 }, -1)).to.equal(undefined)
    expect(vertical({ text, at: 4 }, 1)?.at).to.equal(10)
    expect(vertical({ text, at: 10 }, 1)).to.equal(undefined)
  })
})
