/** This machine: disk, clock, the node itself, what protects the profile. */
import { CLOCK_FAR_MS, CLOCK_NEAR_MS, DISK_FULL_BYTES, DISK_LOW_BYTES } from './config.ts'
import { median, plural, size, span } from './words.ts'
import type { DiskFact, Facts } from './index.ts'
import type { Finding } from '../api.ts'

const DATE = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'long', timeStyle: 'short' })

export const NOTHING_TO_DO = 'Nothing to do.'

const MAKE_ROOM = 'Free some space there (empty the bin, move large files away), then start Sotto again. If this node keeps mail for others, `sotto start --mailbox-bytes N` gives them less of it.'

/** After a write that failed. */
export function diskFull (path: string, free?: number): Finding {
  const left = free === undefined ? '' : free < DISK_LOW_BYTES ? ` ${size(free)} are left.` : ` The disk itself has ${size(free)} left, so a quota or a limit stands in the way.`
  return { code: 'disk-full', level: 'problem', finding: `There is no room for new messages: the disk of ${path} takes nothing more.${left} What was written before is safe.`, advice: MAKE_ROOM }
}

export function findDisk ({ disk }: { disk: DiskFact }): Finding[] {
  const { free, path, store } = disk
  if (free !== undefined && free < DISK_FULL_BYTES) {
    return [{ code: 'disk-full', level: 'problem', finding: `There is hardly any room for new messages: ${size(free)} are left on the disk of ${path}. What was written before is safe.`, advice: MAKE_ROOM }]
  }
  if (free !== undefined && free < DISK_LOW_BYTES) {
    return [{ code: 'disk-low', level: 'warning', finding: `The disk is nearly full: ${size(free)} are left where your messages are kept (${path}).`, advice: 'Free some space soon: on a full disk nothing new can be received.' }]
  }
  const room = free === undefined ? '' : `; ${size(free)} are free on that disk`
  return [{ code: 'disk', level: 'ok', finding: `Your messages take ${size(store)} in ${path}${room}.`, advice: NOTHING_TO_DO }]
}

/** How wrong our clock is, ms, behind the others' positive; undefined where it is right, or nobody was compared with. */
export function clockError ({ clock, now }: Pick<Facts, 'clock' | 'now'>): number | undefined {
  const ahead = median(clock.ahead)
  if (ahead === undefined) return clock.notBefore - now >= CLOCK_NEAR_MS ? clock.notBefore - now : undefined
  return Math.abs(ahead) >= CLOCK_NEAR_MS ? ahead : undefined
}

export function findClock (facts: Pick<Facts, 'clock' | 'now'>): Finding[] {
  const { clock, now } = facts
  const error = clockError(facts)
  const others = clock.ahead.length === 1 ? 'another node' : `${clock.ahead.length} other nodes`
  if (error === undefined) {
    const compared = clock.ahead.length === 0 ? 'The clock of this computer looks right; there was nobody yet to compare it with.' : `The clock of this computer agrees with ${others}.`
    return [{ code: 'clock', level: 'ok', finding: compared, advice: NOTHING_TO_DO }]
  }
  const shown = `${DATE.format(now)} UTC`
  const far = Math.abs(error) >= CLOCK_FAR_MS
  const how = clock.ahead.length === 0
    ? `This computer says that it is ${shown}. That is before this profile or this program was made, so its clock is at least ${span(error)} behind.`
    : `The clock of this computer is ${span(error)} ${error > 0 ? 'behind' : 'ahead of'} ${error > 0 ? `what ${others} ${clock.ahead.length === 1 ? 'says' : 'say'}` : others}: it says ${shown}.`
  return [{
    code: 'clock-wrong',
    level: far ? 'problem' : 'warning',
    finding: `${how}${far ? ' Mailboxes cannot promise to keep your mail, and requests are refused.' : ' Your messages are shown with a wrong time.'}`,
    advice: `Set date and time of this computer, best by itself over the network${clock.ahead.length === 1 ? '; if it is right, the other node is wrong' : ''}. What waits goes out by itself afterwards.`
  }]
}

const AT_REST: Readonly<Record<Facts['atRest'], Finding>> = {
  passphrase: { code: 'at-rest', level: 'ok', finding: 'Your messages on this disk are locked by your passphrase.', advice: NOTHING_TO_DO },
  keychain: { code: 'at-rest', level: 'ok', finding: 'Your messages on this disk are encrypted; the key lies in the keychain of this computer.', advice: NOTHING_TO_DO },
  browser: { code: 'at-rest', level: 'ok', finding: 'Your messages in this browser are encrypted; the browser keeps the key, and gives it to no other site.', advice: NOTHING_TO_DO },
  keyfile: {
    code: 'at-rest',
    level: 'ok',
    finding: 'Your messages on this disk are encrypted, but the key lies beside them: anyone who can read your files can read your messages.',
    advice: 'Encrypt the disk of this computer, as phones do. A profile that is made with a passphrase (`sotto init --passphrase-file F`) is locked by it.'
  }
}

export function findRevoked ({ disk }: Facts): Finding[] {
  return [{
    code: 'revoked',
    level: 'problem',
    finding: 'This device was revoked: it is none of yours any more. Nothing goes out from it, and it reads nothing that is said from now on. What it has stays here.',
    advice: `Use another device of yours. If this one is to be yours again, make it a new one: \`sotto device link\` on another device, then \`sotto --profile NEW device join CODE\` here. To be rid of what it still has, delete ${disk.path}.`
  }]
}

export function findNode ({ resident, uptime, atRest, requests }: Facts): Finding[] {
  return [
    resident
      ? { code: 'running', level: 'ok', finding: `Your node has been running for ${span(uptime)}.`, advice: NOTHING_TO_DO }
      : {
          code: 'not-running',
          level: 'warning',
          finding: 'No node of yours is running, so nothing arrives on this device at the moment. (For this check one was started for a few seconds.)',
          advice: 'Start one in the background: `sotto start --detach`.'
        },
    ...requests === 0
      ? []
      : [{ code: 'requests', level: 'ok', finding: `${plural(requests, 'person', 'people')} would like to talk to you and ${requests === 1 ? 'waits' : 'wait'} for your answer.`, advice: 'See who: `sotto request list`, then `sotto request accept` or `sotto request decline`.' } as const],
    AT_REST[atRest]
  ]
}
