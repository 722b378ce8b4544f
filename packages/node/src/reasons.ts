/** Why something does not go on, as data, and the same as a sentence. Faces of other languages have sentences of their own for each code. */
import type { Reason, ReasonCode } from './api.ts'

type Values = Readonly<Record<string, string | number>>

const plural = (count: string | number | undefined, one: string): string => count === 1 ? one : `${count ?? 0} mailboxes`
const when = (time: string | number | undefined): string => `${new Date(Number(time)).toISOString().slice(0, 16).replace('T', ' ')} UTC`

const SENTENCES: Readonly<Record<ReasonCode, (values: Values) => string>> = {
  moved: ({ name, to }) => `${name} gave this identity up: nothing goes there any more; write to ${to === '' ? 'their new identity' : to} instead`,
  renewed: ({ name }) => `${name} came back on a new device, which is asked to go on with you`,
  revoked: () => 'stays here: this device was revoked, and nothing goes out from it any more',
  'request-unanswered': ({ name }) => `waits for ${name} to accept your request`,
  'request-sending': () => 'the request is being sent',
  'request-delivered': ({ name }) => `${name} has your request and has not answered yet`,
  'request-kept': ({ name, copies }) => `your request waits in ${plural(copies, 'a mailbox')} of ${name}`,
  'request-refused': ({ message }) => `your request was refused: ${message}`,
  'request-unreached': ({ name }) => `your request waits on this device until ${name} or a mailbox of theirs can be reached`,
  'not-found': ({ name }) => `${name} was not found yet, and is looked for again; a link from them helps: sotto contact add LINK`,
  'on-its-way': ({ name }) => `on its way to ${name}, who has not confirmed it yet`,
  'no-mailbox': ({ name }) => `waits on this device until both are online: ${name} has no mailbox; keep this node running, or ask ${name} to run a personal node`,
  'in-mailboxes': ({ name, copies, mailboxes }) => `waits for ${name} in ${Number(copies) < Number(mailboxes) ? `${copies} of ${mailboxes} mailboxes` : plural(copies, 'one mailbox')}`,
  'none-takes': ({ name, mailboxes, troubles }) => `waits on this device: of ${mailboxes} mailboxes of ${name} none takes it (${troubles}); it is tried again by itself`,
  'queue-full': () => 'its queue at the mailbox is full until the recipient fetches the mail that waits there',
  'mailbox-full': () => 'the mailbox is full',
  'grant-unknown': () => 'the mailbox has no grant for the recipient any more',
  'grant-exhausted': () => 'the recipient has used up its grant at the mailbox',
  'rate-limited': () => 'the mailbox asks to be asked less often',
  'clock-differs': () => 'its clock and the one of this device are more than a day apart: check the date here',
  'queue-refused': () => 'the mailbox refuses this queue',
  'no-answer': () => 'it does not answer',
  banned: ({ message }) => `not used any more: ${message}`,
  refused: ({ message }) => String(message),
  'never-reached': () => 'never reached yet',
  'unreachable-since': ({ since }) => `unreachable since ${when(since)}`,
  'not-reached': () => 'not reached yet',
  'not-reached-since': ({ since }) => `not reached since ${when(since)}`,
  'nearly-full': () => 'nearly full',
  'often-away': ({ percent }) => `up only ${percent} % of the time`,
  'identity-given-up': () => 'This identity was given up with its recovery phrase, on another device: contacts follow to a new one, and nothing that is sent from here reaches them. If that was not you, somebody has your phrase.',
  'contact-moved': ({ name, from, to }) => `${name} gave up their identity ${from} with their recovery phrase, and is now ${to}. Nothing goes to the old one any more. The safety number is another one: compare it with them (sotto contact verify).`,
  'contact-restored': ({ name }) => `${name} came back from their recovery phrase, on a new device; the earlier ones are lost. It is asked to go on with you, and gets the history.`,
  'devices-unlisted': ({ name, count, devices }) => `${name} no longer lists ${count === 1 ? 'a device' : `${count} devices`} that you talk to (${devices}): nothing more is taken from there. Ask them whether they gave it away, and compare the safety number.`,
  'profile-copied': () => 'This profile runs in two places, or was restored from a copy: messages may be lost. Stop the other one, and restore from the recovery phrase instead.',
  disowned: () => 'A contact has messages from this device that it never wrote. Either this profile runs in two places, or was restored from a copy: then messages may be lost; stop the other one, and restore from the recovery phrase instead. Or the contact\'s device is at fault.',
  'came-by-move': ({ name, from, before }) => `${name} gave up their earlier identity, ${from}, and goes on here. What was said before stands under "${before}".`
}

export function reason (code: ReasonCode, values?: Values): Reason {
  return values === undefined ? { code } : { code, values }
}

/** What is told aloud. */
export function warningOf (told: Reason): { event: 'warning', text: string, reason: Reason } { return { event: 'warning', text: sentenceOf(told), reason: told } }

export function sentenceOf ({ code, values = {} }: Reason): string { return SENTENCES[code](values) }

export function maybeSentence (told: Reason | undefined): string | undefined { return told === undefined ? undefined : sentenceOf(told) }
