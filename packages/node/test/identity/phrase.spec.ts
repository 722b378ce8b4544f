import { expect } from 'chai'
import fc from 'fast-check'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { PhraseError, UsageError } from '../../src/errors.ts'
import { createEntropy, deriveKeys, formatPhrase, parsePhrase } from '../../src/identity/phrase.ts'

const entropies = fc.uint8Array({ minLength: 32, maxLength: 32 })

function failure (text: string): UsageError {
  try {
    parsePhrase(text)
  } catch (error) {
    expect(error).to.be.instanceOf(UsageError)
    expect((error as UsageError).code).to.equal('BAD_PHRASE')
    expect((error as UsageError).hint).to.be.a('string')
    return error as UsageError
  }
  throw new Error('it did not fail')
}

describe('recovery phrase', () => {
  it('IDN-2: any phrase is read back as alice writes it: in capitals, numbered, over many lines', () => {
    fc.assert(fc.property(entropies, entropy => {
      const phrase = formatPhrase(entropy)
      const words = phrase.split(' ')
      expect(words).to.have.length(24)
      expect(parsePhrase(phrase)).to.deep.equal(entropy)
      expect(parsePhrase(`\n ${phrase.toUpperCase().replaceAll(' ', ' \r\n\t')}  `)).to.deep.equal(entropy)
      expect(parsePhrase(words.map((word, i) => `${i + 1}. ${word}`).join(', '))).to.deep.equal(entropy)
    }))
    expect(createEntropy()).to.not.deep.equal(createEntropy())
  })

  it('IDN-2: names the place of a word that is not in the list, and never the word', () => {
    fc.assert(fc.property(entropies, fc.nat(23), (entropy, at) => {
      const words = formatPhrase(entropy).split(' ')
      words[at] = 'florp'
      const error = failure(words.join(' '))
      expect(error.message).to.include(`word ${at + 1} is`)
      expect(error).to.be.instanceOf(PhraseError).and.to.deep.include({ places: [at + 1], count: 24 })
      expect(error.message + error.hint).to.not.include('florp')
    }))
    const many = failure('a b c d e f g')
    expect(many.message).to.include('words 1, 2, 3, 4, 5 and more')
  })

  it('IDN-2: refuses a phrase with too few or too many words, or whose checksum fails', () => {
    const words = formatPhrase(new Uint8Array(32).fill(9)).split(' ')
    expect(failure(words.slice(1).join(' ')).message).to.include('this one has 23')
    expect(failure([...words, 'zoo'].join(' ')).message).to.include('this one has 25')
    expect(failure('').message).to.include('this one has 0')
    expect(failure('x'.repeat(5000)).message).to.include('too long')
    expect(failure([words[1], words[0], ...words.slice(2)].join(' ')).message).to.include('checksum')
    let accepted = 0
    for (const word of wordlist) {
      try {
        parsePhrase([...words.slice(0, 23), word].join(' '))
        accepted++
      } catch {} // counted below
    }
    expect(accepted, 'last words that fit').to.equal(8) // 3 bits of entropy and 8 of checksum in the last word
    fc.assert(fc.property(fc.string({ maxLength: 2000 }), text => { failure(text) }))
  })

  it('IDN-3: gives an identity key and a recovery key that say nothing of each other', async () => {
    const one = await deriveKeys(new Uint8Array(32).fill(1))
    const again = await deriveKeys(new Uint8Array(32).fill(1))
    const two = await deriveKeys(new Uint8Array(32).fill(2))
    expect(again).to.deep.equal(one)
    expect(one.identitySeed).to.not.deep.equal(one.recoverySeed)
    expect(two.identitySeed).to.not.deep.equal(one.identitySeed)
    expect(two.recoveryHash).to.not.deep.equal(one.recoveryHash)
  })
})
