/** What keeps a node from running, where none can: from the error that it ended with, and the machine around it. */
import { platform } from '#platform'
import { EARLIEST_NOW } from './config.ts'
import { NodeError } from '../errors.ts'
import { worstFirst } from './findings.ts'
import { diskFull, findClock, findDisk } from './machine-findings.ts'
import { portTaken } from './network-findings.ts'
import { sentence } from './words.ts'
import type { Finding, FindingCode } from '../api.ts'

export interface ExamineInit {
  /** directory */
  profile: string
  /** what `createNode`, or the way to the resident node, ended with */
  error: unknown
  /** a resident node is there, and does not answer */
  frozen?: boolean
  /** Unix milliseconds */
  now?: number
}

/** Never throws: what cannot be found out is left out. */
export async function examine ({ profile, error, frozen = false, now = Date.now() }: ExamineInit): Promise<Finding[]> {
  const path = await platform.resolvePath(profile).catch(() => profile)
  const free = await platform.diskFree(path).catch(() => undefined)
  const store = await platform.diskUsage(path).catch(() => 0)
  const found = frozen ? notAnswering() : ofError(error, path, free)
  const rest = found.code === 'disk-full' || found.code === 'no-identity' ? [] : findDisk({ disk: { path, store, ...(free === undefined ? {} : { free }) } })
  // of a clock that may be right nothing is known here
  const clock = findClock({ now, clock: { ahead: [], notBefore: EARLIEST_NOW } }).filter(({ level }) => level !== 'ok')
  return worstFirst([...rest.filter(({ level }) => level !== 'ok'), found, ...clock, ...rest.filter(({ level }) => level === 'ok')])
}

function problem (code: FindingCode, finding: string, advice: string): Finding { return { code, level: 'problem', finding, advice } }

function notAnswering (): Finding {
  return problem('node-frozen', 'Your node is there, but does not answer: it may be frozen, or very busy.', 'Wait a minute. If it stays so, end its process, then start it again: `sotto start --detach`. What was written before is safe.')
}

const DAMAGED = 'Nothing was changed. If you have a backup of the profile, put it back as a whole; else make a new profile with your 24 words: `sotto --profile NEW restore`. Your contacts then see a new device.'

function ofError (error: unknown, path: string, free: number | undefined): Finding {
  const { code, message, hint } = error instanceof NodeError ? error : new NodeError('INTERNAL', 'something in Sotto is broken', { cause: error })
  switch (code) {
    case 'STORE_FULL': return diskFull(path, free)
    case 'PORT_IN_USE': return portTaken(causeOf(error, /EADDRINUSE[^\n]*?:(\d+)\b/))
    case 'NO_IDENTITY': return problem('no-identity', `There is no identity in ${path} yet.`, '`sotto start` makes one and runs your node. If you have 24 words of an earlier one: `sotto restore`. If yours lies elsewhere: --profile DIR.')
    case 'PASSPHRASE_REQUIRED': return problem('passphrase', 'Your messages are locked by a passphrase, and none was given; so nothing more can be looked at.', 'Run `sotto doctor` on a terminal and type it, or give it with --passphrase-file F.')
    case 'WRONG_PASSPHRASE': return problem('passphrase', 'The passphrase is wrong, so nothing can be opened.', 'Try again; mind capital letters and the keyboard layout. Without it only your 24 words bring the identity back, in a new profile: `sotto --profile NEW restore`.')
    case 'PROFILE_IN_USE': return problem('profile-in-use', 'Another process uses this profile and does not answer: a command that is still at work, or a node that is just starting or ending.', 'Wait a few seconds and try again. If it stays so, look for another `sotto` on this computer and end it. One profile is for one node at a time.')
    case 'STORE_NEWER': return problem('store-damaged', 'This profile was written by a newer version of Sotto than this one.', 'Use the newer version. Nothing was changed.')
    case 'STORE_DAMAGED':
    case 'STORE_FOREIGN': return problem('store-damaged', `What is kept on the disk cannot be read: ${sentence(message)}`, hint === undefined ? DAMAGED : `${sentence(hint)} ${DAMAGED}`)
    case 'UNREACHABLE': return notListening(error, message, hint)
    default: return problem('not-started', `Your node cannot start: ${sentence(message)}`, hint === undefined ? 'Run `sotto start` to see more; if it stays so, please report it.' : sentence(hint))
  }
}

function notListening (error: unknown, message: string, hint: string | undefined): Finding {
  const elsewhere = causeOf(error, /EADDRNOTAVAIL[^\n]*? ([0-9a-f.:]+):\d+\b/)
  if (elsewhere !== undefined) return problem('not-started', `Your node should listen at ${elsewhere}, which is no address of this computer (any more).`, 'Listen at every address instead: `sotto start --listen /ip4/0.0.0.0/tcp/0`.')
  const forbidden = causeOf(error, /EACCES[^\n]*?:(\d+)\b/)
  if (forbidden !== undefined) return problem('not-started', `Your node may not listen on port ${forbidden}: ports below 1024 are for the administrator.`, 'Choose a higher one, such as `--listen /ip4/0.0.0.0/tcp/4001`.')
  return problem('not-started', `Your node cannot start: ${sentence(message)}`, sentence(hint ?? 'Check the addresses of --listen.'))
}

/** What a message along the causes of an error says. */
function causeOf (error: unknown, pattern: RegExp): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    const match = pattern.exec(at.message)
    if (match !== null) return match[1]
  }
  return undefined
}
