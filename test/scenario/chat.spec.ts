import { expect } from 'chai'
import { Person, eventually } from '../support/actors.ts'
import { House } from '../support/process.ts'
import { Terminal } from '../support/tmux.ts'
import type { MessageView } from '@sotto/node'

/** SOTTO_SCALE=1 talks as long as people do in years. */
const LONG = process.env.SOTTO_SCALE === undefined ? 3000 : 100_000

async function received (person: Person, who: string, match: (view: MessageView) => boolean): Promise<MessageView> {
  return await eventually(person, `a message for ${person.name}`, 60_000, async messenger => (await messenger.conversations.history(who, { limit: 20 })).find(match))
}

async function tell (person: Person, who: string, count: number): Promise<void> {
  const messenger = await person.messenger()
  for (let sent = 0; sent < count; sent += 500) {
    await Promise.all(Array.from({ length: Math.min(500, count - sent) }, async (_, at) => await messenger.conversations.send(who, { text: `message ${sent + at + 1}` })))
  }
}

describe('sotto chat', function () {
  this.timeout(process.env.SOTTO_SCALE === undefined ? 120_000 : 1_800_000)
  let house: House
  let alice: Person
  let bob: Person

  let terminals: Terminal[] = []
  let talks = 0

  async function open (...args: Parameters<typeof Terminal.open>): Promise<Terminal> {
    const terminal = await Terminal.open(...args)
    terminals.push(terminal)
    return terminal
  }

  /** Alice's screen with Bob, and the last that he said. */
  async function talk (): Promise<{ hers: Terminal, said: string }> {
    const said = `I am bob, for the ${++talks}. time`
    await bob.send('alice', said, 'delivered')
    const hers = await open(house, 'alice', ['chat', 'bob'])
    await hers.shows(`bob: ${said}`)
    return { hers, said }
  }

  before(async () => {
    house = await House.open()
    alice = new Person(house, 'alice')
    bob = new Person(house, 'bob')
    await Promise.all([alice.start(), bob.start()])
  })

  afterEach(async () => {
    await Promise.all(terminals.map(async terminal => { await terminal.close() }))
    terminals = []
  })

  after(async () => { await house.close() })

  it('begins with a request, and both talk in it', async () => {
    const hers = await open(house, 'alice', ['chat'])
    await hers.shows('Note to self')
    await bob.verb(['contact', 'add', await alice.link(), '--name', 'alice', '--note', 'From the \u001b[31mmarket'])
    await hers.shows('? bob')
    await hers.keys('Home')
    const asked = await hers.shows(/│ From the .*market/)
    expect(asked.join('\n')).to.include('bob wants to talk')
    await hers.keep('request')
    await hers.keys('a')
    await hers.shows('›')
    await hers.type('Is this seat taken?')
    await hers.keys('Enter')
    await hers.shows(/you: Is this seat taken\?.*delivered/)

    const his = await open(house, 'bob', ['chat', 'alice'])
    await his.shows('alice: Is this seat taken?')
    await hers.shows(/you: Is this seat taken\?.*read/)
    await his.type('It is')
    await hers.shows('bob is typing')
    await hers.keep('typing')
    await his.type(' yours.')
    await his.keys('Enter')
    await hers.shows('bob: It is yours.')
    await hers.lacks('is typing')
    await hers.keep('conversation')
  })

  it('replies, edits, retracts and reacts to a message that the arrows choose, and searches', async () => {
    await alice.send('bob', 'I am alice', 'delivered')
    const { hers, said } = await talk()
    await hers.keys('Up')
    await hers.shows('r reply')
    await hers.keys('r')
    await hers.shows(`reply to bob: ${said}`)
    await hers.type('I know')
    await hers.keys('Enter')
    await hers.shows(`↪ bob: ${said}`)
    const reply = await received(bob, 'alice', view => view.text === 'I know')
    expect(reply.kind).to.equal('reply')

    await hers.keys('Up')
    await hers.shows('r reply')
    await hers.keys('e')
    await hers.shows('── edit ·')
    await hers.type(', bob')
    await hers.keys('Enter')
    await hers.shows(/you: I know, bob.*edited/)
    await received(bob, 'alice', view => view.text === 'I know, bob' && view.edited === true)

    await hers.keys('Up')
    await hers.shows('r reply')
    await hers.keys('+')
    await hers.shows('1 👍')
    await hers.type('1')
    await hers.shows('👍 you')
    await hers.keep('reaction')
    await hers.keys('+')
    await hers.shows('1 👍')
    await hers.type('1')
    await hers.lacks('👍 you')

    await hers.keys('C-f')
    await hers.shows('── search')
    await hers.type('i am alice')
    await hers.keys('Enter')
    await hers.shows('1 found for ‘i am alice’')
    await hers.keep('search')
    await hers.keys('Enter')
    await hers.lacks('1 found for') // before: a key that follows in one breath is a paste
    await hers.shows('▌')
    await hers.keys('d')
    await hers.shows('Retract this message? y / n')
    await hers.keys('y')
    await hers.shows('you: (retracted)')
    await received(bob, 'alice', view => view.retracted === true)
    await hers.keys('C-g')
    await hers.shows('new line')
    await hers.shows('takes it back')
    await hers.keep('help')
  })

  it('takes a paste of 10 kB with many lines as one message', async () => {
    const { hers, said } = await talk()
    const text = Array.from({ length: 200 }, (_, at) => `line ${at + 1} of a long letter, with enough in it: ünï ✓`).join('\n')
    expect(Buffer.byteLength(text)).to.be.greaterThan(10_000)
    await hers.paste(text)
    await hers.shows(/200 lines/)
    await hers.shows('line 200 of a long letter')
    await hers.keep('paste')
    expect((await bob.history('alice')).at(-1)?.text, 'nothing was sent by its line ends').to.equal(said)
    await hers.keys('Enter')
    const letter = await received(bob, 'alice', view => view.text.startsWith('line 1 '))
    expect(letter.text).to.equal(text)
    await hers.shows(/line 200 of a long letter.*delivered|· delivered/)
    expect((await bob.history('alice')).slice(-2).map(view => view.text)).to.deep.equal([said, text])
    await hers.keys('PageUp')
    await hers.lacks('line 200 of')
    await hers.keep('letter')
  })

  it('shows emoji and text from right to left, at 90 columns, at 40, and at 90 again', async () => {
    const lines = ['سلام، هل أنت هنا؟ שלום', 'Family 👨‍👩‍👧 and a hand 👋🏽 and a heart ❤️ and 漢字', 'x'.repeat(120)]
    for (const line of lines) await bob.send('alice', line, 'delivered')
    const hers = await open(house, 'alice', ['chat', 'bob'])
    const wide = await hers.shows('سلام، هل أنت هنا؟')
    await hers.shows('漢字')
    expect(wide.filter(row => row.includes('│')).length).to.be.greaterThan(15)
    await hers.shows(/bob +\d\d:\d\d/)
    await hers.keep('wide')
    const before = await hers.screen()
    await hers.resize(40, 24)
    const narrow = await hers.until('one pane', screen => screen.every(row => !row.includes('Note to self')) && screen.some(row => row.startsWith('──────')))
    expect(narrow.some(row => row.includes('xxxxxxxx'))).to.equal(true)
    await hers.keep('narrow')
    await hers.keys('Tab')
    await hers.shows('Note to self')
    await hers.keep('narrow-list')
    await hers.keys('Tab')
    await hers.lacks('Note to self')
    await hers.resize(90, 24)
    await hers.until('the same as before', screen => screen.join('\n') === before.join('\n'))
    await hers.resize(90, 8)
    await hers.until('few rows', screen => screen.length === 8 && screen.at(-1)?.includes('Enter send') === true)
  })

  it('keeps what is being typed when a message arrives, and says honestly what waits when the peer is away', async () => {
    const { hers } = await talk()
    await hers.type('half a thou')
    await hers.shows('› half a thou')
    await bob.send('alice', 'Interrupting', 'delivered')
    const both = await hers.shows('bob: Interrupting')
    expect(both.some(row => row.includes('› half a thou'))).to.equal(true)
    await hers.type('ght')
    await hers.keys('Enter')
    await hers.shows(/you: half a thought.*(delivered|read)/)

    await bob.kill()
    await hers.type('Are you there?')
    await hers.keys('Enter')
    await hers.shows(/you: Are you there\?.*sealed here/)
    await hers.keys('Up')
    await hers.shows(/waits/)
    await hers.keep('away')
    await bob.start()
    await hers.shows(/you: Are you there\?.*delivered/, 60_000)
  })

  it(`scrolls through ${LONG} messages to the first, and stays where one reads`, async () => {
    await tell(alice, 'bob', LONG)
    const started = performance.now()
    const hers = await open(house, 'alice', ['chat', 'bob'])
    await hers.shows(`message ${LONG}`)
    const paint = performance.now() - started
    await hers.keys('Up')
    await hers.shows('r reply')
    await hers.keys('g')
    await hers.shows('you: Is this seat taken?')
    await hers.keep('oldest')
    const scrolled = performance.now() - started - paint
    const read = await hers.screen()
    await bob.send('alice', 'Down here', 'delivered')
    const later = await hers.shows('1 new below')
    expect(later.slice(2, 16).map(row => row.slice(26))).to.deep.equal(read.slice(2, 16).map(row => row.slice(26)))
    await hers.keys('End')
    await hers.shows('bob: Down here')
    console.log(`      ${LONG} messages: first paint after ${Math.round(paint)} ms, at the oldest after ${Math.round(scrolled)} ms more`)
  })

  it('goes on by itself when its node stops and starts again, and says meanwhile what it waits for', async () => {
    const { hers, said } = await talk()
    // one message is on its way to a node that answers no more: whoever comes after it is asked again, and sends it once
    alice.resident.freeze()
    await hers.type('Said to one that froze')
    await hers.keys('Enter')
    await hers.shows('The node has not answered yet')
    await alice.kill()
    await hers.shows('The node stopped')
    await hers.type('Said to none')
    await hers.keys('Enter')
    await hers.shows('Not sent: the node is not running')
    await hers.keep('no-node')
    await alice.start()
    await hers.shows(/you: Said to one that froze.*(delivered|read)/)
    await hers.shows('› Said to none')
    await hers.keys('Enter')
    await hers.shows(/you: Said to none.*(delivered|read)/)
    expect((await bob.history('alice')).slice(-3).map(view => view.text)).to.deep.equal([said, 'Said to one that froze', 'Said to none'])
  })

  it('gives the terminal back as it was: on ^C, on SIGTERM, and when it breaks down', async () => {
    const first = await open(house, 'alice', ['chat'], { env: { NO_COLOR: '' } })
    await first.shows('Note to self')
    expect(await first.format('#{alternate_on}')).to.equal('1')
    expect(await first.colours()).to.include('\u001b[')
    await first.keys('C-c')
    expect((await first.shows('ended with 0')).slice(0, 2)).to.deep.equal(['before', 'ended with 0'])
    expect(await first.format('#{alternate_on} #{cursor_flag}')).to.equal('0 1')

    const second = await open(house, 'alice', ['chat'])
    await second.shows('Note to self')
    expect(await second.colours(), 'NO_COLOR').not.to.include('\u001b[')
    process.kill(await second.pid(), 'SIGTERM')
    await second.shows(/ended with/)
    expect(await second.format('#{alternate_on} #{cursor_flag}')).to.equal('0 1')

    const broken = 'data:text/javascript,process.on(%22SIGUSR2%22,()=>{throw(new(Error)(%22broken_on_purpose%22))})'
    const third = await open(house, 'alice', ['chat', '--mouse'], { env: { NODE_OPTIONS: `--import=${broken}` } })
    await third.shows('Note to self')
    expect(await third.format('#{mouse_any_flag}')).to.equal('1')
    process.kill(await third.pid(), 'SIGUSR2')
    const gone = await third.shows('ended with 1')
    expect(gone.join('\n')).to.match(/before\nsotto: something is broken: Error: broken_on_purpose/)
    expect(await third.format('#{alternate_on} #{cursor_flag} #{mouse_any_flag}')).to.equal('0 1 0')
  })

  it('without a terminal says what else there is', async () => {
    const ran = await alice.run(['chat'])
    expect(ran.code).to.equal(2)
    expect(ran.stderr).to.include('BAD_ARGUMENT')
  })
})
