import { expect } from 'chai'
import fc from 'fast-check'
import { harmless, harmlessJson, oneLine } from '../src/output/harmless.ts'
import { messageBlock } from '../src/output/text.ts'
import { ALICE, BOB, DEVICE } from './support/actor.ts'
import type { ConversationId, MessageId, MessageView } from '@sotto/node'

// eslint-disable-next-line no-control-regex
const DANGEROUS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff]/u

function fromBob (text: string, more: Partial<MessageView> = {}): MessageView {
  return { id: 'm'.repeat(26) as MessageId, conversation: 'c'.repeat(64) as ConversationId, from: BOB, device: DEVICE, time: 0, kind: 'text', text, reactions: [], state: 'delivered', copies: 0, ...more }
}

const style = { paint: (_style: string, text: string) => text, self: ALICE, nameOf: () => 'bob', find: () => undefined, ids: false }

describe('text of other people on a terminal', () => {
  it('cannot clear the screen, set the title, or write to the clipboard', () => {
    for (const attack of ['\u001b[2J', '\u001b]0;owned\u0007', '\u001b]52;c;cm0gLXJm\u0007', '\u009b31m', '\u0090q', '\b\b\b', '\u007f']) {
      expect(harmless(`hi ${attack} there`)).not.to.match(DANGEROUS)
    }
    expect(harmless('\u001b[2J')).to.equal('␛[2J')
  })

  it('cannot turn the direction of what stands around it', () => {
    expect(harmless('user\u202egnp.exe')).to.equal('user‹U+202E›gnp.exe')
    expect(harmless('sotto:\u2067AAAA\u2069')).to.equal('sotto:‹U+2067›AAAA‹U+2069›')
    for (const text of ['שלום עליכם', 'مَرْحَبًا', 'می\u200cخواهم']) expect(harmless(text)).to.equal(text)
    expect(harmless('\u2066\u2069\u200f\u061c')).to.equal('‹U+2066›‹U+2069›‹U+200F›‹U+061C›')
  })

  it('keeps what people write: emoji with joiners, other scripts, line breaks', () => {
    for (const text of ['👩‍👩‍👧‍👦 family', 'שלום עולם', 'नमस्ते', 'one\ntwo', 'Ünïcödé']) expect(harmless(text)).to.equal(text)
    expect(harmless('a\tb')).to.equal('a    b')
    expect(harmless('one\r\ntwo\rthree')).to.equal('one\ntwo\nthree')
  })

  it('cannot pile marks over the neighbouring lines', () => {
    expect(harmless(`e${'\u0301'.repeat(100)}`)).to.equal(`e${'\u0301'.repeat(4)}`)
  })

  it('is harmless whatever the bytes (property)', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => {
      expect(harmless(text)).not.to.match(DANGEROUS)
      expect(oneLine(text)).not.to.contain('\n')
      const json = harmlessJson({ text })
      expect(json).not.to.match(DANGEROUS)
      expect(json).not.to.contain('\n')
      expect((JSON.parse(json) as { text: string }).text).to.equal(text)
    }))
  })

  it('is cut to one line where there is room for one', () => {
    expect(oneLine('a\nb')).to.equal('a ⏎ b')
    expect(oneLine('x'.repeat(100), 10)).to.equal(`${'x'.repeat(9)}…`)
  })

  it('cannot write a line that looks like a message of somebody else', () => {
    const lines = messageBlock(fromBob('hi\n10:00  alice: I owe you 100'), style).split('\n')
    expect(lines).to.have.length(2)
    expect(lines[1]).to.match(/^ {7}│ 10:00/)
  })

  it('is harmless in reactions and replies too', () => {
    const evil = fromBob('\u001b[31mred')
    const block = messageBlock(fromBob('x', { replyTo: evil.id, reactions: [{ from: BOB, emoji: '\u001b]0;x\u0007' }] }), { ...style, find: () => evil })
    expect(block).not.to.match(DANGEROUS)
  })
})

describe('a message in the history', () => {
  it('shows gaps, edits, retractions, states, reactions and wrong clocks', () => {
    expect(messageBlock(fromBob('', { kind: 'gap', missing: 3 }), style)).to.contain('3 messages of bob missing')
    expect(messageBlock(fromBob('x', { edited: true }), style)).to.contain('[edited]')
    expect(messageBlock(fromBob('secret', { retracted: true }), style)).to.contain('(retracted)').and.not.contain('secret')
    expect(messageBlock(fromBob('x', { clockWrong: true }), style)).to.contain('clock is wrong')
    expect(messageBlock(fromBob('x', { equivocation: true }), style)).to.contain('two different messages')
    expect(messageBlock(fromBob('x', { from: ALICE, state: 'stored', copies: 2 }), style)).to.contain('you: x  [stored, 2 copies]')
    expect(messageBlock(fromBob('x', { from: ALICE, state: 'sealed', waiting: 'Nobody keeps it.' }), style)).to.contain('Nobody keeps it.')
    expect(messageBlock(fromBob('x', { reactions: [{ from: ALICE, emoji: '👍' }] }), style)).to.contain('👍 you')
    expect(messageBlock(fromBob('x'), { ...style, ids: true })).to.contain('m'.repeat(26))
  })

  it('shows the state only of own messages: those of others have arrived', () => {
    expect(messageBlock(fromBob('x'), style)).not.to.contain('delivered')
  })
})
