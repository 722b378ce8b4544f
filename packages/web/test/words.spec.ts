import { expect } from 'chai'
import { formatRoute, parseInvitation, parseRoute } from '../src/state/route.machine.ts'
import { connectionOf, matching, sorted } from '../src/state/chats.machine.ts'
import { isOwnNode, shareable } from '../src/state/share.ts'
import { excerptOf } from '../src/state/excerpt.ts'
import { hueOf, initialsOf, isNameless, keyInitials, shownName } from '../src/state/initials.ts'
import type { ConversationView, IdentityId, StatusView } from '@sotto/node'

const BOB = 'sotto1bob' as IdentityId

describe('the address bar', () => {
  it('leads to every screen and back', () => {
    for (const hash of ['#/', '#/chat/sotto1bob', '#/chat/sotto1bob/abc234', '#/contact/sotto1bob', '#/requests', '#/add', '#/add/sotto%3Aabc', '#/settings', '#/settings/phrase', '#/settings/version', '#/network', '#/devices']) expect(formatRoute(parseRoute(hash))).to.equal(hash)
  })

  it('leads to the list from nonsense', () => {
    for (const hash of ['', '#/', '#/chat', '#/nowhere', '#/chat/%', '#/../..']) expect(parseRoute(hash).at, hash).to.be.oneOf(['list', 'chat'])
  })

  it('takes a link with its scheme or without it, and a pairing secret', () => {
    expect(parseInvitation('#sotto:abc')).to.deep.equal({ kind: 'person', link: 'sotto:abc' })
    expect(parseInvitation('#abc')).to.deep.equal({ kind: 'person', link: 'sotto:abc' })
    for (const hash of ['#sotto:pair:abc', '#pair:abc']) expect(parseInvitation(hash)).to.deep.equal({ kind: 'pairing', code: 'sotto:pair:abc' })
    for (const hash of ['', '#', '#/settings', `#${'a'.repeat(5000)}`]) expect(parseInvitation(hash)).to.equal(undefined)
  })
})

describe('what one gives away', () => {
  it('is the address of a page that others can open, else the bare link', () => {
    const at = (address: string): URL => new URL(address)
    expect(shareable('sotto:abc', at('https://chat.example/talk/'))).to.equal('https://chat.example/talk/#abc')
    expect(parseInvitation(at(shareable('sotto:pair:abc', at('https://chat.example/'))).hash)).to.deep.equal({ kind: 'pairing', code: 'sotto:pair:abc' })
    for (const home of ['http://127.0.0.1:8000/', 'http://abc.localhost:8000/', 'http://[::1]:8000/']) expect(shareable('sotto:abc', at(home))).to.equal('sotto:abc')
  })
})

describe('a pairing code in an address', () => {
  it('is used without a press only under the name that a node of one’s own drew', () => {
    expect(isOwnNode('0123456789abcdef.localhost')).to.equal(true)
    for (const hostname of ['localhost', '127.0.0.1', 'chat.example', '0123456789abcdef.localhost.example', 'x0123456789abcdef.localhost']) expect(isOwnNode(hostname), hostname).to.equal(false)
  })
})

describe('the list of conversations', () => {
  const conversation = (name: string, time?: number, text = ''): ConversationView => ({ conversation: 'c', with: `sotto1${name}`, name, unread: 0, ...(time === undefined ? {} : { last: { time, text } }) }) as unknown as ConversationView

  it('shows the newest first; a clock that is ahead lifts nobody above the present', () => {
    expect(sorted([conversation('ann', 5), conversation('bob', 99), conversation('eve', 1e15), conversation('zed')], 100).map(({ name }) => name)).to.deep.equal(['eve', 'bob', 'ann', 'zed'])
  })

  it('is searched without regard to accents and case', () => {
    expect(matching([conversation('Tomás'), conversation('Bob', 1, 'See Tomas?'), conversation('Eve')], new Map(), 'TOMAS').map(({ name }) => name)).to.deep.equal(['Tomás'])
  })
})

describe('what a search shows of a message', () => {
  const shown = (text: string, ...words: string[]): string => excerptOf(text, words.map(word => [text.indexOf(word), text.indexOf(word) + word.length] as const)).map(({ text, found }) => found ? `[${text}]` : text).join('')

  it('is all of a short one, with the words marked', () => {
    expect(shown('the train leaves', 'train')).to.equal('the [train] leaves')
    expect(shown('the train leaves', 'the', 'leaves')).to.equal('[the] train [leaves]')
    expect(shown('no mark')).to.equal('no mark')
  })

  it('is the piece of a long one around the first word, and breaks no character', () => {
    const long = `${'before '.repeat(40)}needle${' after'.repeat(60)}`
    expect(shown(long, 'needle')).to.match(/^…before before before \[needle\] after.*…$/).and.have.length.below(180)
    expect(shown(`${'😀'.repeat(60)}needle`, 'needle')).to.match(/^…(😀)+\[needle\]$/u)
  })
})

describe('the connection', () => {
  it('is said in one word', () => {
    const status = (reachable: string, peers: number, mailboxes: object[] = []): StatusView => ({ reachable, peers, mailboxes }) as unknown as StatusView
    expect(connectionOf(undefined, true, true)).to.equal('starting')
    expect(connectionOf(status('offline', 0), true, true)).to.equal('alone')
    expect(connectionOf(status('unknown', 3), false, true)).to.equal('offline')
    expect(connectionOf(status('unknown', 0), true, true)).to.equal('alone')
    expect(connectionOf(status('unknown', 3, [{ trouble: 'gone' }]), true, true)).to.equal('unkept')
    expect(connectionOf(status('unknown', 3), true, false), 'nobody can write yet').to.equal('new')
    expect(connectionOf(status('unknown', 3, [{}]), true, true)).to.equal('connected')
    expect(connectionOf(status('unknown', 3, [{ kind: 'own' }]), true, true)).to.equal('own')
    expect(connectionOf(status('unknown', 3, [{ kind: 'own', trouble: 'gone' }]), true, true)).to.equal('unkept')
    expect(connectionOf({ ...status('unknown', 3, [{}]), revoked: true }, true, true)).to.equal('revoked')
  })
})

describe('initials', () => {
  it('are the first letters of the first and the last word, whole', () => {
    expect(['Mara Lindqvist', 'jonas', '', '<img src=x>', '👨‍👩‍👧 family', 'Ana Maria de la Cruz', '   ', '(Bob) Smith'].map(initialsOf)).to.deep.equal(['ML', 'J', '', 'IS', '👨‍👩‍👧F', 'AC', '', 'BS'])
  })

  it('stand on a colour that stays with the identity', () => {
    expect(hueOf(BOB)).to.equal(hueOf(BOB)).and.to.be.within(0, 7)
  })

  it('are two characters of the key where there is no name, and the name is a piece of it', () => {
    const id = 'sotto1xk29qf7z3q7z3'
    expect(shownName(id, 'sotto1xk29qf')).to.equal('xk2-9qf')
    expect(shownName(id, 'sotto1xk29qf 2')).to.equal('xk2-9qf 2')
    expect(shownName(id, 'sotto1other0')).to.equal('sotto1other0')
    expect(shownName(id, 'Bob')).to.equal('Bob')
    for (const name of ['', 'sotto1xk29qf', 'xk2-9qf', 'xk2-9qf 2']) expect(isNameless(id, name), name).to.equal(true)
    expect(isNameless(id, 'Bob')).to.equal(false)
    expect(keyInitials(id)).to.equal('xk')
  })
})
