import { expect } from 'chai'
import fc from 'fast-check'
import { initial, MAX_ITEMS, MAX_TEXT_BYTES } from '../../src/tui/chat.state.ts'
import { nextTick, step } from '../../src/tui/chat.machine.ts'
import { actionsOf } from '../../src/tui/chat.view.ts'
import { takeReports } from '../../src/tui/mouse.ts'
import { textOf } from '../../src/tui/row.ts'
import { screen } from '../../src/tui/screen.ts'
import { widthOf } from '../../src/tui/width.ts'
import { ALICE, BOB, CAROL, DEVICE } from '../support/actor.ts'
import type { ContactView, ConversationId, ConversationView, IdentityId, MessageId, MessageView, NodeEvent } from '@sotto/node'
import type { Action, ChatState, Effect, Key } from '../../src/tui/chat.state.ts'

const CONVERSATION = 'e'.repeat(64) as ConversationId
const NOW = 1_700_000_000_000

const conversation = (who: IdentityId, name: string, unread = 0): ConversationView => ({ conversation: CONVERSATION, with: who, name, unread })
const say = (number: number, from: IdentityId = BOB, more: Partial<MessageView> = {}): MessageView =>
  ({ id: `m${number}` as MessageId, conversation: CONVERSATION, from, device: DEVICE, time: NOW + number, kind: 'text', text: `message ${number}`, reactions: [], state: from === ALICE ? 'sealed' : 'read', copies: 0, ...more })
const came = (message: MessageView): Action => ({ type: 'event', now: NOW, event: { event: 'message', cursor: '1', time: NOW, message, with: BOB, name: 'bob' } })
const happened = (event: Omit<Extract<NodeEvent, { event: 'state' }>, 'cursor' | 'time'> | Omit<Extract<NodeEvent, { event: 'typing' }>, 'cursor' | 'time'>): Action => ({ type: 'event', now: NOW, event: { ...event, cursor: '1', time: NOW } as NodeEvent })
const press = (name: Key['name'], text = '', ctrl = false): Action => ({ type: 'key', key: { name, text, ctrl }, now: NOW })
const type = (text: string): Action => press('text', text)

class Play {
  state: ChatState = initial(ALICE, 'alice', { columns: 80, rows: 24 })
  effects: Effect[] = []

  does (...actions: Action[]): this {
    for (const action of actions) {
      const { state, effects } = step(this.state, action)
      this.state = state
      this.effects.push(...effects)
    }
    return this
  }

  /** What was asked for since the last look. */
  get asked (): Effect[] { return this.effects.splice(0) }
  get rows (): string[] { return screen(this.state).rows.map(textOf) }
  get draft (): string { return this.state.drafts.get(BOB)?.text ?? '' }
}

function withBob (items: MessageView[], more = false): Play {
  const play = new Play().does(
    { type: 'lists', conversations: [conversation(BOB, 'bob'), conversation(ALICE, 'Note to self')], requests: [] },
    { type: 'open', who: BOB },
    { type: 'latest', who: BOB, items, more, fresh: true })
  play.effects = []
  return play
}

const many = (count: number, from = 1): MessageView[] => Array.from({ length: count }, (_, at) => say(from + at))

describe('the machine of the full-screen conversation', () => {
  it('sends what was written with Enter, once, and clears it', () => {
    const play = withBob([]).does(type('hello'), press('newline'), type('you'), press('enter'), press('enter'))
    expect(play.asked.filter(effect => effect.do === 'send')).to.deep.equal([{ do: 'send', who: BOB, text: 'hello\nyou' }])
    expect(play.draft).to.equal('')
  })

  it('leads from somebody who moved to who they are now, with what was written, and sends it only there', () => {
    const moved: ContactView = { id: BOB, name: 'bob (before)', profileName: 'Bobby', note: '', state: 'moved', movedTo: CAROL, verified: false, blocked: false, devicesChanged: false, devices: [DEVICE] }
    const play = withBob([]).does(type('hello'))
    expect(play.asked.map(effect => effect.do)).to.deep.equal(['typing'])
    play.does({ type: 'event', now: NOW, event: { event: 'contact', cursor: '2', time: NOW, contact: moved } })
    expect(play.rows.at(-1)).to.contain('Enter: go on in their new conversation.')
    play.does({ type: 'tick', now: NOW + 60_000 })
    expect(play.rows.at(-1)).to.contain('Enter go on in their new conversation')
    play.does(press('enter'))
    expect(play.asked.filter(effect => effect.do === 'send' || effect.do === 'open')).to.deep.equal([{ do: 'open', who: CAROL }])
    play.does({ type: 'latest', who: CAROL, items: [], more: false, fresh: true }, press('enter'))
    expect(play.asked.filter(effect => effect.do === 'send')).to.deep.equal([{ do: 'send', who: CAROL, text: 'hello' }])
  })

  it('takes a paste of many lines as text, never as an order to send', () => {
    const play = withBob([]).does({ type: 'paste', text: 'one\r\ntwo\r\nthree\r\n', now: NOW })
    expect(play.asked.map(effect => effect.do)).to.deep.equal(['typing'])
    play.does(press('enter'))
    expect(play.asked).to.deep.include({ do: 'send', who: BOB, text: 'one\ntwo\nthree' })
  })

  it('without brackets knows a paste by its line ends, and fast typing by its one Enter', () => {
    const key = {} as Parameters<typeof actionsOf>[1]
    expect(actionsOf('one\rtwo\r', key, NOW).map(action => action.type)).to.deep.equal(['paste'])
    expect(actionsOf('hello\r', key, NOW)).to.deep.equal([type('hello'), press('enter')])
    expect(actionsOf('\t\u0007', key, NOW)).to.deep.equal([press('tab'), press('text', 'g', true)])
  })

  it('gives the text back where it could not be sent', () => {
    const play = withBob([]).does(type('hello'), press('enter'), type('and'), { type: 'unsent', who: BOB, text: 'hello', why: 'Blocked.', now: NOW })
    expect(play.draft).to.equal('hello\nand')
    expect(play.rows.at(-1)).to.include('Blocked.')
  })

  it('refuses what is too long for one message, and keeps it', () => {
    const play = withBob([]).does({ type: 'paste', text: 'ü'.repeat(MAX_TEXT_BYTES), now: NOW }, press('enter'))
    expect(play.asked.some(effect => effect.do === 'send')).to.equal(false)
    expect(play.rows.at(-1)).to.include(`${MAX_TEXT_BYTES} bytes too long`)
    expect(play.draft).to.have.length(MAX_TEXT_BYTES)
  })

  it('shows each state as the node told it, and no further', () => {
    const play = withBob([say(1, ALICE, { waiting: 'waits for bob' })])
    expect(play.rows.join('\n')).to.include('message 1 · sealed here')
    play.does(happened({ event: 'state', message: 'm1' as MessageId, state: 'stored', copies: 2, conversation: CONVERSATION }))
    expect(play.rows.join('\n')).to.include('message 1 · stored, 2 copies')
    play.does(press('up'))
    expect(play.asked).to.deep.include({ do: 'delivery', message: 'm1' })
    play.does({ type: 'delivery', delivery: { message: 'm1' as MessageId, state: 'stored', copies: 2, mailboxes: 3, waiting: 'waits for bob in 2 of 3 mailboxes' } })
    expect(play.rows.join('\n')).to.include('waits for bob in 2 of 3 mailboxes')
    play.does(happened({ event: 'state', message: 'm1' as MessageId, state: 'delivered', copies: 2, conversation: CONVERSATION }))
    expect(play.state.open?.items[0]?.waiting).to.equal(undefined)
  })

  it('shows each message once, a known one in its place', () => {
    const play = withBob(many(3)).does(came(say(2, BOB, { text: 'again' })), came(say(4)), came(say(4)))
    expect(play.state.open?.items.map(item => item.text)).to.deep.equal(['message 1', 'again', 'message 3', 'message 4'])
    play.does({ type: 'latest', who: BOB, items: many(4, 2), more: true, fresh: false })
    expect(play.state.open?.items.map(item => item.text)).to.deep.equal(['message 1', 'message 2', 'message 3', 'message 4', 'message 5'])
  })

  it('does not move what somebody looks at when something new comes, and says how much did', () => {
    const play = withBob(many(100)).does(press('pageup'))
    const before = play.rows.slice(2, 18)
    play.does(came(say(101)), came(say(102)))
    expect(play.rows.slice(2, 18)).to.deep.equal(before)
    expect(play.rows.join('\n')).to.include('2 new below')
    play.does(press('end'))
    expect(play.rows.join('\n')).to.include('message 102')
    expect(play.asked).to.deep.include.members([{ do: 'read', who: BOB }])
  })

  it('marks as read what was seen, not what came below', () => {
    const play = withBob(many(100)).does(press('pageup'))
    play.asked
    play.does(came(say(101)))
    expect(play.asked.some(effect => effect.do === 'read')).to.equal(false)
    play.does(press('pagedown'), press('pagedown'))
    expect(play.asked.some(effect => effect.do === 'read')).to.equal(true)
  })

  it('opens where the unread ones begin', () => {
    const items = many(100).map((item, at): MessageView => at < 40 ? item : { ...item, state: 'delivered' })
    const play = withBob(items)
    expect(play.rows.join('\n')).to.match(/── new ─.*\n.*message 41/)
    expect(play.rows.join('\n')).not.to.include('message 100')
  })

  it('asks for the page before once, and stays where one reads', () => {
    const play = withBob(many(100, 101), true)
    for (let at = 0; at < 10; at++) play.does(press('pageup'))
    expect(play.asked.filter(effect => effect.do === 'older')).to.deep.equal([{ do: 'older', who: BOB, before: 'm101' }])
    const before = play.rows.slice(3, 18)
    play.does({ type: 'older', who: BOB, before: 'm101' as MessageId, items: many(100), more: false })
    expect(play.rows.slice(3, 18)).to.deep.equal(before)
    play.does({ type: 'older', who: BOB, before: 'm101' as MessageId, items: many(100), more: false })
    expect(play.state.open?.items).to.have.length(200)
  })

  it('goes to the very first at once, unless a key is pressed, and from there down to the newest page by page', () => {
    const first: Action = { type: 'window', who: BOB, items: many(100), more: false, newer: true, select: undefined }
    const play = withBob(many(100, 201), true).does(press('up'), press('home'))
    expect(play.asked).to.deep.include({ do: 'first', who: BOB })
    play.does(press('up'), first)
    expect(play.state.open?.items[0]?.id, 'a key ended it').to.equal('m201')
    play.does(press('home'), first)
    expect(play.state.open).to.include({ selected: 'm1', detached: true, more: false })
    expect(play.rows.join('\n')).to.include('message 1').and.to.include('older messages')
    play.does(came(say(301)))
    expect(play.state.open?.items, 'its place is not here').to.have.length(100)
    play.asked
    for (let pages = 0; !play.effects.some(effect => effect.do === 'newer') && pages < 20; pages++) play.does(press('pagedown'))
    expect(play.asked.filter(effect => effect.do === 'newer')).to.deep.equal([{ do: 'newer', who: BOB, after: 'm100' }])
    play.does({ type: 'newer', who: BOB, after: 'm100' as MessageId, items: many(200, 101), more: true })
    expect(play.state.open).to.include({ detached: true, loading: false })
    for (let pages = 0; !play.effects.some(effect => effect.do === 'newer') && pages < 40; pages++) play.does(press('pagedown'))
    play.does({ type: 'newer', who: BOB, after: 'm300' as MessageId, items: [say(301)], more: false })
    expect(play.state.open?.detached).to.equal(false)
    expect(play.asked).to.deep.include({ do: 'latest', who: BOB })
    expect(play.state.open?.items.map(({ id }) => id)).to.deep.equal(many(301).map(({ id }) => id))
  })

  it('lets the newest go when more is read than is kept, and reads them again at the end', () => {
    const play = withBob(many(MAX_ITEMS, 1001), true).does(press('pageup'), { type: 'older', who: BOB, before: 'm1001' as MessageId, items: many(1000), more: false })
    expect(play.state.open?.items).to.have.length(MAX_ITEMS)
    expect(play.state.open?.detached).to.equal(true)
    play.asked
    play.does(press('end'))
    expect(play.asked).to.deep.include({ do: 'latest', who: BOB })
  }).timeout(120_000)

  it('tells the other side now and then that one types, and that one stopped', () => {
    const play = withBob([]).does(type('h'), type('i'))
    expect(play.asked).to.deep.equal([{ do: 'typing', who: BOB, active: true }])
    expect(nextTick(play.state)).to.equal(NOW + 5000)
    play.does({ type: 'tick', now: NOW + 5000 })
    expect(play.asked).to.deep.equal([{ do: 'typing', who: BOB, active: false }])
  })

  it('shows who types until they stop, or say nothing more of it', () => {
    const play = withBob([]).does(happened({ event: 'typing', with: BOB, active: true }))
    expect(play.rows.join('\n')).to.include('bob is typing')
    play.does({ type: 'tick', now: NOW + 6000 })
    expect(play.rows.join('\n')).not.to.include('bob is typing')
  })

  it('changes only what is one\'s own, and asks before it retracts', () => {
    const play = withBob([say(1), say(2, ALICE)]).does(press('up'), press('up'), type('e'))
    expect(play.rows.at(-1)).to.include('Only your own')
    play.does(press('down'), type('d'), type('n'))
    expect(play.asked.some(effect => effect.do === 'retract')).to.equal(false)
    play.does(type('d'), type('y'))
    expect(play.asked).to.deep.include({ do: 'retract', message: 'm2' })
    play.does(type('e'), type('!'), press('enter'))
    expect(play.asked).to.deep.include({ do: 'edit', message: 'm2', text: 'message 2!' })
  })

  it('takes a reaction back with the same one again, and replaces it with another', () => {
    const play = withBob([say(1, BOB, { reactions: [{ from: ALICE, emoji: '👍' }, { from: BOB, emoji: '🎉' }] })]).does(press('up'), type('+'), type('1'))
    expect(play.asked).to.deep.include({ do: 'react', message: 'm1', emoji: '' })
    play.does(type('+'), type('6'))
    expect(play.asked).to.deep.include({ do: 'react', message: 'm1', emoji: '🎉' })
    play.does(type('+'), { type: 'paste', text: '👍', now: NOW }, press('enter'))
    expect(play.asked).to.deep.include({ do: 'react', message: 'm1', emoji: '' })
  })

  it('takes several letters at once as writing, wherever one is', () => {
    const play = withBob([say(1)]).does(press('up'), type('dear bob'))
    expect(play.draft).to.equal('dear bob')
    expect(play.state.focus).to.equal('input')
    play.does(press('up'), type('x'))
    expect(play.rows.at(-1)).to.include('Letters are orders here')
  })

  it('gives the mouse away until it is asked for; then the wheel scrolls and a click opens', () => {
    expect(takeReports('a\u001b[<64;40;10Mb\u001b[<0;4;4M\u001b[<0;4;4m')).to.deep.equal({
      rest: 'ab',
      actions: [{ type: 'mouse', does: 'up', x: 39, y: 9 }, { type: 'mouse', does: 'click', x: 3, y: 3 }]
    })
    const play = withBob(many(100)).does(press('text', 't', true))
    expect(play.asked).to.deep.equal([{ do: 'mouse', on: true }])
    expect(play.rows.at(-1)).to.include('hold Shift')
    const before = play.rows.slice(2, 15)
    play.does({ type: 'mouse', does: 'up', x: 40, y: 10 })
    expect(play.rows.slice(5, 18).map(row => row.slice(24))).to.deep.equal(before.map(row => row.slice(24)))
    play.does({ type: 'mouse', does: 'down', x: 40, y: 10 })
    expect(play.asked).to.deep.include({ do: 'read', who: BOB })
    play.does({ type: 'mouse', does: 'click', x: 3, y: 3 })
    expect(play.state.open?.with).to.equal(ALICE)
    play.does({ type: 'mouse', does: 'click', x: 3, y: 20 }, { type: 'mouse', does: 'up', x: 3, y: 5 }, press('enter'))
    expect(play.state.open?.with).to.equal(BOB)
  })

  it('says what the node is waited for, keeps what is written, and goes on', () => {
    const play = withBob([]).does(type('hello'), { type: 'trouble', trouble: { gone: true, text: 'The node stopped.' } })
    expect(play.rows.at(-1)).to.include('The node stopped.')
    play.asked
    play.does(press('enter'))
    expect(play.asked).to.deep.equal([])
    expect(play.draft).to.equal('hello')
    play.does({ type: 'trouble', trouble: undefined })
    expect(play.rows.at(-1)).to.include('Enter send')
    play.does(press('enter'))
    expect(play.asked).to.deep.include({ do: 'send', who: BOB, text: 'hello' })
  })

  it('says below the list in words what the chosen conversation waits for, once it waits', () => {
    const last = say(1, ALICE, { waiting: 'waits until bob is online' })
    const lists = (now: number): Action => ({ type: 'lists', conversations: [{ ...conversation(BOB, 'bob'), last }, conversation(ALICE, 'Note to self')], requests: [], waits: new Map([[BOB, 'asked, not answered yet']]), now })
    const play = withBob([last]).does(lists(last.time + 10), { type: 'health', text: 'There is no network.' })
    const words = (): string => play.rows.map(row => row.slice(0, 22).trim()).join(' ').replace(/ +/g, ' ')
    expect(words()).to.include('asked, not answered yet There is no network.')
    play.does(lists(last.time + 5000))
    expect(words()).to.include('waits until bob is online There is no network.')
    play.does(press('tab'), press('down'))
    expect(words()).not.to.include('waits until')
  })

  it('says for as long as it stands there that this device was revoked, however it was heard', () => {
    const words = (play: Play): string => play.rows.map(row => row.slice(0, 22).trim()).join(' ').replace(/ +/g, ' ')
    const told = withBob([say(1, ALICE)]).does({ type: 'event', event: { cursor: '1', time: 1, event: 'revoked' }, now: 1 })
    expect(words(told)).to.include('This device was revoked')
    told.does({ type: 'tick', now: 1e6 })
    expect(words(told)).to.include('This device was revoked')
  })

  it('keeps a draft for each conversation', () => {
    const play = withBob([]).does(type('for bob'), { type: 'open', who: ALICE }, type('for me'), { type: 'open', who: BOB })
    expect(play.rows.join('\n')).to.include('› for bob')
  })

  it('shows who asks, and accepts or declines', () => {
    const play = new Play().does({ type: 'lists', conversations: [], requests: [{ id: CAROL, name: 'Carol\u202e', note: 'hi\u001b[2J', time: NOW }] })
    expect(play.rows.join('\n')).to.include('Carol‹U+202E› wants to talk')
    play.does(type('a'))
    expect(play.asked).to.deep.equal([{ do: 'accept', who: CAROL }])
    play.does(type('d'), type('y'))
    expect(play.asked).to.deep.equal([{ do: 'decline', who: CAROL }])
  })

  it('goes to what a search found, also where it is not there yet', () => {
    const play = withBob(many(10, 91), true).does(press('text', 'f', true), type('message 5'), press('enter'))
    expect(play.asked).to.deep.include({ do: 'search', who: BOB, query: 'message 5' })
    play.does({ type: 'found', who: BOB, query: 'message 5', items: [say(5)] }, press('enter'))
    expect(play.asked).to.deep.include({ do: 'seek', who: BOB, target: say(5) })
    play.does({ type: 'window', who: BOB, items: many(40), more: false, newer: true, select: 'm5' as MessageId })
    expect(play.state.open).to.include({ selected: 'm5', detached: true, search: undefined })
    expect(play.rows.join('\n')).to.include('message 5')
  })

  it('fills the screen exactly at every size, whatever others write', () => {
    const items = [say(0, BOB, { kind: 'notice', text: 'bob gave up their earlier identity\u202e and goes on here. '.repeat(3) }), say(1, BOB, { text: '\u001b[2J\u202eevil\nline\n👨‍👩‍👧 漢字' }), say(2, BOB, { text: 'مرحبا '.repeat(40) }), say(3, ALICE, { reactions: [{ from: BOB, emoji: '❤️' }], replyTo: 'm1' as MessageId })]
    fc.assert(fc.property(fc.integer({ min: 20, max: 140 }), fc.integer({ min: 6, max: 50 }), fc.constantFrom('list', 'log', 'input'), (columns, rows, focus) => {
      const play = withBob(items).does({ type: 'resize', size: { columns, rows } })
      if (focus === 'list') play.does(press('tab'))
      if (focus === 'log') play.does(press('up'))
      const shown = play.rows
      expect(shown).to.have.length(rows)
      for (const row of shown) {
        expect(widthOf(row)).to.be.at.most(columns)
        // eslint-disable-next-line no-control-regex
        expect(row).not.to.match(/[\u0000-\u001f\u202e]/)
      }
    }), { numRuns: 60 })
  })
})
