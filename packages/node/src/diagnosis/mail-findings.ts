/** Mail: who keeps it for us and how well, what waits here, what the directory says of us, what we keep for others. */
import { MAILBOX_COPIES } from '../config.ts'
import { RELIABLE_UP, RELIABLY_MEASURED_MS } from './config.ts'
import { NOTHING_TO_DO, clockError } from './machine-findings.ts'
import { isOffline } from './network-findings.ts'
import { ago, plural, short, size, span } from './words.ts'
import type { Facts, WaitingFact } from './index.ts'
import type { Finding, KeeperInfo } from '../api.ts'

/** Contacts for whom something waits that are spoken of one by one. */
const MAX_NAMED = 10

function ok (code: Finding['code'], finding: string, advice = NOTHING_TO_DO): Finding { return { code, level: 'ok', finding, advice } }
function warning (code: Finding['code'], finding: string, advice: string): Finding { return { code, level: 'warning', finding, advice } }

const MORE_MAILBOXES = 'Ask a friend whose node is always on: `sotto mailbox offer YOU`, on their side. Or run a node of your own on a machine that is always on.'

function nameOf (keeper: KeeperInfo, { mailboxNames }: Facts, at: number): string {
  const name = mailboxNames[keeper.peer]
  if (keeper.kind === 'own') return `Your own node ${short(keeper.peer)}`
  if (keeper.kind === 'contact') return name === undefined ? `Mailbox ${at + 1}, of a contact,` : `The mailbox of ${name}`
  return `Mailbox ${at + 1}, of a volunteer,`
}

/** How well it did its work, as far as that was measured. */
function record ({ up, measured, lastSeen }: KeeperInfo, now: number): string {
  const seen = lastSeen === 0 ? '' : ` It last answered ${ago(now - lastSeen)}.`
  if (measured < RELIABLY_MEASURED_MS) return `${seen} It is too new to say how reliable it is.`
  return `${seen} It could be reached ${Math.round(up * 100)} % of the time, measured over ${span(measured)}.`
}

function troubleAdvice (trouble: string, kind: KeeperInfo['kind'], name: string | undefined): string {
  const them = name ?? (kind === 'contact' ? 'the contact' : 'whoever runs it')
  if (trouble.startsWith('not used any more')) return 'Nothing to do: it is not used any more, and another takes its place where one is known.'
  if (/grant/.test(trouble)) return `If that was not meant: ask ${them} for \`sotto mailbox offer YOU\`.`
  if (/full/.test(trouble)) return `Fetch your mail on all of your devices: what is fetched makes room. Or ask ${them} for a larger share.`
  if (kind === 'own') return 'Is that machine switched on and on the network? Start the node there: `sotto start`.'
  if (kind === 'contact') return `Ask ${them} whether the node is running. It is tried again by itself, and others take its place meanwhile.`
  return 'Nothing to do: it is tried again by itself, and after a day another takes its place.'
}

export function findMailboxes (facts: Facts): Finding[] {
  const { mailboxes, now, mailboxNames } = facts
  if (isOffline(facts)) return mailboxes.length === 0 ? [] : [ok('mailbox', `${plural(mailboxes.length, 'mailbox keeps', 'mailboxes keep')} mail for you; without a network nobody can ask them.`)]
  const nobodyWrites = facts.contacts.total === 0
  if (mailboxes.length === 0 && nobodyWrites) return [ok('no-mailbox', 'Nobody keeps mail for you yet, and nobody has to: you have no contacts who could write to you.', 'Nothing to do: mailboxes are found among the nodes that you meet.')]
  if (mailboxes.length === 0) {
    return [warning('no-mailbox', 'Nobody keeps mail for you: anyone who writes while you are away must still be online when you return. Nothing is lost meanwhile, it waits with them.', MORE_MAILBOXES)]
  }
  const working = mailboxes.filter(({ trouble }) => trouble === undefined)
  const single = mailboxes.map((keeper, at): Finding => {
    const name = nameOf(keeper, facts, at)
    if (keeper.trouble !== undefined) return warning('mailbox-trouble', `${name} has trouble: ${keeper.trouble}.${keeper.measured < RELIABLY_MEASURED_MS ? '' : record(keeper, now)}`, troubleAdvice(keeper.trouble, keeper.kind, mailboxNames[keeper.peer]))
    if (keeper.kind === 'own') return ok('mailbox', `${name} stays on, and keeps what comes for you while this device is away.`)
    const poor = keeper.measured >= RELIABLY_MEASURED_MS && keeper.up < RELIABLE_UP
    const says = `${name} keeps your mail (${size(keeper.used)}${keeper.limit === 0 ? '' : ` of ${size(keeper.limit)}`}).${record(keeper, now)}`
    return ok('mailbox', says, poor ? 'It is often away: others make up for it, and a better one takes its place where one is known.' : NOTHING_TO_DO)
  })
  if (working.some(({ kind }) => kind === 'own') || nobodyWrites) return single
  if (working.length === 0) {
    const all = mailboxes.length === 1 ? 'The only mailbox that keeps mail for you cannot be used' : `None of the ${mailboxes.length} mailboxes that keep mail for you can be used`
    return [{
      code: 'mailboxes-gone',
      level: 'problem',
      finding: `${all} at the moment. What lies there comes when they are back; anyone who writes now keeps the message until you are both online.`,
      advice: `Keep this node running until then, so that mail reaches you directly. ${MORE_MAILBOXES}`
    }, ...single]
  }
  if (working.length >= MAILBOX_COPIES) return single
  const few = `${plural(working.length, 'mailbox keeps', 'mailboxes keep')} your mail at present; ${MAILBOX_COPIES} are better. More are looked for among the nodes that you meet.`
  return [working.length === 1 ? warning('few-mailboxes', few, `If it fails, mail waits with those who write to you. ${MORE_MAILBOXES}`) : ok('few-mailboxes', few, `Two are enough for most. ${MORE_MAILBOXES}`), ...single]
}

function waitingFinding ({ name, count, why }: WaitingFact, facts: Facts): Finding {
  const messages = plural(count, 'message')
  const reason = why === undefined ? '' : ` ${why.replace(/^waits/, count === 1 ? 'It waits' : 'They wait').replace(/^./, first => first.toUpperCase())}.`
  const advice = isOffline(facts)
    ? 'Nothing to do: it goes out by itself when the network is back.'
    : facts.resident ? 'Nothing to do but wait: it is tried again by itself for as long as this node runs.' : 'Keep a node running, and it is handed on by itself: `sotto start --detach`.'
  return warning('waiting', `${messages}${name === undefined ? '' : ` for ${name}`} ${count === 1 ? 'is' : 'are'} kept on this device alone: neither stored in a mailbox nor delivered.${reason}`, advice)
}

export function findOutbox (facts: Facts): Finding[] {
  const { outbox, waiting } = facts
  if (outbox === 0) return [ok('outbox', 'Nothing of yours waits here: every message is stored in a mailbox or delivered.')]
  const more = waiting.slice(MAX_NAMED).reduce((sum, { count }) => sum + count, 0)
  return [...waiting.slice(0, MAX_NAMED), ...more === 0 ? [] : [{ count: more }]].map(one => waitingFinding(one, facts))
}

export function findDirectory (facts: Facts): Finding[] {
  const { directory, now, direct, relayed } = facts
  const { mode, peers, published, read, canSign } = directory
  if (isOffline(facts)) return [ok('directory', 'What the directory says about you cannot be asked without a network.')]
  if (mode === 'off') return [ok('directory', 'This node takes no part in the directory: people find you by your link, not by your id alone.')]
  // nobody at all is connected: that is said elsewhere
  if (direct + relayed === 0) return []
  if (peers === 0) return [warning('directory-alone', 'None of the connected nodes takes part in the directory: nobody finds you by your id alone. Links work.', 'Keep a node running: it takes part as soon as it meets one that does.')]
  if (clockError(facts) !== undefined) return [ok('directory', 'What the directory says about you cannot be judged while the clock is wrong.', 'Set the clock first.')]
  const kept = published === undefined ? '' : ` ${plural(published.replicas, 'node has', 'nodes have')} kept it for ${span(now - published.time)}.`
  if (read === undefined) return [ok('directory', published === undefined ? 'Your record in the directory is being brought up to date.' : `Your record is in the directory.${kept}`)]
  const keepRunning = canSign ? 'Keep this node running: it puts your record there by itself, within minutes, and again each day.' : 'Start your main device, which signs this record; this one can only pass it on.'
  if (read === 'none') {
    return [warning('directory-absent', `None of the nodes that were asked has a record of you, so nobody finds you by your id alone. Links work.${kept}`, keepRunning)]
  }
  const age = ago(now - read.time)
  switch (read.stale) {
    case 'expired': return [warning('directory-stale', `What the directory says about you has expired: it was signed ${age}. Nobody finds you by your id alone; links work.`, keepRunning)]
    case 'unconfirmed': return [warning('directory-stale', `None of the nodes that were asked has your newest record, which this device signed ${age}.${kept}`, keepRunning)]
    case 'old': return [warning('directory-stale', `What others see of you in the directory was signed ${age}, and is shown to them as possibly outdated.`, keepRunning)]
    default: return [ok('directory', `Others find you by your id alone: your record, signed ${age}, came back from ${plural(read.confirmations, 'node')} that ${read.confirmations === 1 ? 'was' : 'were'} asked.${kept}`)]
  }
}

export function findKeeping ({ keeping }: Facts): Finding[] {
  const { mode, used, limit } = keeping
  if (mode === 'off') return []
  const whom = mode === 'contacts' ? 'your contacts' : 'your contacts, and for strangers who ask'
  const says = `This node keeps mail for ${whom}: ${size(used)} of ${size(limit)}.`
  if (limit > 0 && used >= limit * 0.95) return [warning('keeping-full', `${says} It is full, and refuses more.`, 'Give it more room: `sotto stop`, then `sotto start --mailbox-bytes N`. Or leave it so: others take over.')]
  return [ok('keeping', says)]
}
