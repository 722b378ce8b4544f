/** Who is on the stage, and what they said. Hostile strings stand wherever a peer may put one. */
import type { ContactView, ConversationId, DeviceId, IdentityId, MessageId, MessageView, RequestView } from '@sotto/node'

export const SELF = 'sotto1qqalice00000000000000000000000000000000000000000000000000' as IdentityId
export const NOW = Date.UTC(2026, 4, 14, 15, 42)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** What people throw at pages to be taken for markup. */
export const HOSTILE = [
  '<script>window.hit=1</script>',
  '<img src=x onerror="window.hit=1">',
  '"><svg/onload=window.hit=1>',
  'javascript:window.hit=1//',
  '<iframe srcdoc="<script>parent.hit=1</script>"></iframe>',
  '{{constructor.constructor("window.hit=1")()}}',
  '<a href="javascript:window.hit=1">click</a>',
  '\u202Egnp.exe <style>*{display:none}</style>'
] as const

export function id (name: string): IdentityId {
  return `sotto1${name.toLowerCase().replace(/[^a-z0-9]/g, '').padEnd(52, 'q7z3')}`.slice(0, 58) as IdentityId
}

let count = 0
export function message (from: IdentityId, text: string, time: number, more: Partial<MessageView> = {}): MessageView {
  return { id: `m${String(count++).padStart(25, '0')}` as MessageId, conversation: 'c0' as ConversationId, from, device: (from === SELF ? 'f00d' : 'd0') as DeviceId, time, kind: more.replyTo === undefined ? 'text' : 'reply', text, reactions: [], state: 'read', copies: 0, ...more }
}

export function contact (name: string, more: Partial<ContactView> = {}): ContactView {
  return { id: id(name), name, profileName: name, note: '', state: 'accepted', verified: false, blocked: false, devicesChanged: false, devices: ['a1' as DeviceId], ...more }
}

export interface Scene { contact: ContactView, unread: number, messages: MessageView[] }

function talk (who: IdentityId, start: number, lines: ReadonlyArray<[mine: boolean, text: string, minutes: number, more?: Partial<MessageView>]>): MessageView[] {
  let time = start
  return lines.map(([mine, text, minutes, more]) => {
    time += minutes * MINUTE
    return message(mine ? SELF : who, text, time, more)
  })
}

function called (mine: boolean, more: Partial<NonNullable<MessageView['call']>>): [mine: boolean, text: string, minutes: number, more: Partial<MessageView>] {
  return [mine, '', 1, { kind: 'call', call: { id: 'c' as never, outcome: 'answered', video: false, seconds: 0, caller: true, withdrawn: false, ...more } }]
}

export function scenes (): Scene[] {
  const mara = contact('Mara Lindqvist', { verified: true, devices: ['a1', 'a2'] as DeviceId[] })
  const jonas = contact('Jonas')
  const nonna = contact('Nonna Teresa', { profileName: 'Teresa Bianchi' })
  const kai = contact('Kai Nakamura', { devicesChanged: true, verified: true })
  const priya = contact('Priya', { state: 'requested', waiting: 'waits for Priya to accept your request', waitingFor: { code: 'request-unanswered', values: { name: 'Priya' } } })
  const lior = contact('ליאור כהן')
  const nobody = contact('', { id: 'sotto1xk29qf7z3q7z3q7z3q7z3q7z3q7z3q7z3q7z3q7z3q7z3q7z3q7z3' as IdentityId, name: 'sotto1xk29qf' })
  const other = contact('', { id: 'sotto1c8w5tea03q7z3q7z3q7z3q7z3q7z3q7z3q7z3q7z3q7z3q7z3q7z3' as IdentityId, name: 'sotto1c8w5te' })
  const old = contact('Old landlord', { blocked: true })
  const hostile = contact(HOSTILE[1], { profileName: HOSTILE[0], note: HOSTILE[2] })
  const late: MessageView[] = talk(mara.id, NOW - 3 * DAY - 5 * HOUR, [
    [false, 'Are we still on for Saturday?', 0],
    [true, 'Yes! I found the hut on the map: https://example.org/huts/oberland?view=map', 3],
    [false, 'That looks wonderful. How long is the walk up?', 6],
    [true, 'Three hours if we take the ridge, two and a half by the lake. The ridge is prettier, but there may still be snow on the north side, so let us look at the webcam on Friday and decide then.', 2],
    [false, 'Deal.', 1, { reactions: [{ from: SELF, emoji: '👍' }] }]
  ])
  const today = talk(mara.id, NOW - 2 * HOUR, [
    [false, 'Webcam says: clear!', 0],
    [false, 'No snow at all on the north side', 1],
    [true, 'Ridge it is then 🎉', 4, { reactions: [{ from: mara.id, emoji: '🎉' }, { from: SELF, emoji: '🎉' }] }]
  ])
  const first = late[3]
  const rest = talk(mara.id, NOW - 50 * MINUTE, [
    [false, 'I will bring the stove. You bring the coffee?', 0, first === undefined ? {} : { replyTo: first.id }],
    [true, 'Coffee, cups, and the good chocolate.', 2, { edited: true }],
    [true, '', 1, { retracted: true }],
    [false, '', 2, { kind: 'call', call: { id: 'c' as never, outcome: 'answered', video: false, seconds: 187, caller: true, withdrawn: false } }],
    [false, '❤️', 3],
    [true, 'Train leaves at 7:12, platform 4. I have the tickets.', 30, { state: 'delivered' }],
    [true, 'And bring a warm hat!', 1, { state: 'stored', copies: 2, waiting: 'waits for Mara Lindqvist in 2 of 3 mailboxes', waitingFor: { code: 'in-mailboxes', values: { name: 'Mara Lindqvist', copies: 2, mailboxes: 3 } } }]
  ])
  return [
    { contact: mara, unread: 0, messages: [...late, ...today, ...rest] },
    { contact: jonas, unread: 3, messages: talk(jonas.id, NOW - 40 * MINUTE, [[true, 'How is the new place?', 0], [false, 'Boxes everywhere', 10], [false, 'But the light in the kitchen!', 1], [false, 'Come over for dinner on Sunday? Bring nobody or everybody', 1]]) },
    { contact: nonna, unread: 0, messages: talk(nonna.id, NOW - 26 * HOUR, [[false, 'Hai mangiato?', 0], [true, 'Sì nonna, la pasta al forno 😋', 9, { state: 'read' }]]) },
    { contact: kai, unread: 0, messages: talk(kai.id, NOW - 3 * DAY, [called(true, { outcome: 'missed' }), called(false, { outcome: 'missed', video: true }), called(false, { outcome: 'declined' }), [true, 'Here is the draft of the talk', 0], [false, 'Reading it tonight. First impression: the second half carries it, the first needs a knife.', 55]]) },
    { contact: priya, unread: 0, messages: talk(priya.id, NOW - 5 * DAY, [[true, 'Hi Priya, this is Alice from the choir!', 0, { state: 'sealed', waiting: 'waits for Priya to accept your request', waitingFor: { code: 'request-unanswered', values: { name: 'Priya' } } }]]) },
    { contact: lior, unread: 0, messages: talk(lior.id, NOW - 6 * DAY, [[false, 'שלום! מה נשמע?', 0], [false, 'אני קורא את https://example.org/huts?view=map ואחר כך נדבר על זה בערב, אם זה מתאים לך ולכולם', 1], [true, 'مرحبا! نلتقي غدًا في الساعة 10:30 إن شاء الله', 2], [true, 'Then at 10:30', 1], [false, 'see \u202Emoc.live//:sptth\u202C or \u202Ehttps://example.org/a', 1]]) },
    { contact: nobody, unread: 0, messages: talk(nobody.id, NOW - 7 * DAY, [[false, 'Hello from the repair café', 0]]) },
    { contact: other, unread: 0, messages: [] },
    { contact: old, unread: 0, messages: talk(old.id, NOW - 40 * DAY, [[false, 'About the deposit…', 0]]) },
    { contact: hostile, unread: 1, messages: talk(hostile.id, NOW - 60 * DAY, [...HOSTILE.map(text => [false, text, 1] as [boolean, string, number]), [false, 'https://example.org/<script>alert(1)</script> and data:text/html,<b>x</b>', 1, { reactions: [{ from: hostile.id, emoji: '<b>x</b>' }] }]]) }
  ]
}

export const REQUESTS: RequestView[] = [
  { id: id('tomas'), name: 'Tomás Herrera', note: 'We met at the repair café on Tuesday: you fixed my radio! I still owe you a coffee.', time: NOW - 3 * HOUR },
  { id: id('anonymous'), name: '', note: '', time: NOW - 2 * DAY },
  { id: id('hostile'), name: HOSTILE[2], note: HOSTILE.join('\n'), time: NOW - 4 * DAY }
]
