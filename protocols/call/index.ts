/** Signals of a call, and their limits; they travel in session's Payload. Spec: README.md */
import { decodeBounded } from '../common/index.ts'
import { Signal } from './call.pb.ts'

export * from './call.pb.ts'

/** Largest signal, bytes: the description of three tracks with every codec of a browser takes 9 kB. */
export const MAX_SIGNAL_BYTES = 32 * 1024
/** Largest session description, characters. */
export const MAX_SDP_LENGTH = 24 * 1024
/** Candidates in one signal. */
export const MAX_CANDIDATES = 32
/** Longest candidate, characters. */
export const MAX_CANDIDATE_LENGTH = 512
/** Signals of one device in one call: candidates, renewed offers, mute and unmute for hours. */
export const MAX_SIGNALS_PER_CALL = 4096
/** People in one call: each sends to each, so one of eight sends seven times what one of two does. */
export const MAX_PEOPLE = 8
/** Those of them whom an invitation names: all but who sends it and who gets it. */
export const MAX_OTHERS = MAX_PEOPLE - 2

const IDENTITY_BYTES = 32

type Step = 'invite' | 'ringing' | 'accept' | 'answered' | 'end' | 'description' | 'candidates' | 'tracks' | 'members'
const STEPS: readonly Step[] = ['invite', 'ringing', 'accept', 'answered', 'end', 'description', 'candidates', 'tracks', 'members']

/** Length limit, decode, validate (CALL-1, CALL-14): undefined for anything out of bounds. */
export function decodeSignal (bytes: Uint8Array): Signal | undefined {
  const signal = decodeBounded(Signal, bytes, MAX_SIGNAL_BYTES, { candidates: { candidates: MAX_CANDIDATES }, invite: { others: MAX_OTHERS }, members: { people: MAX_OTHERS } })
  if (signal === undefined || signal.call.byteLength !== 16) return undefined
  if (signal.number < 1 || signal.number > MAX_SIGNALS_PER_CALL) return undefined
  if (signal.to.byteLength !== 0 && signal.to.byteLength !== 16) return undefined
  if (STEPS.filter(step => signal[step] !== undefined).length !== 1) return undefined
  if (signal.answered !== undefined && signal.answered.device.byteLength !== 16) return undefined
  if (!areDistinct(signal.invite?.others ?? signal.members?.people ?? [])) return undefined
  const sdp = (signal.invite ?? signal.accept ?? signal.description)?.sdp
  if (sdp !== undefined && !isDescription(sdp)) return undefined
  if (signal.candidates?.candidates.every(isCandidate) === false) return undefined
  return signal
}

/** Identities, each once. */
function areDistinct (people: readonly Uint8Array[]): boolean {
  return people.every(person => person.byteLength === IDENTITY_BYTES) && new Set(people.map(person => person.join())).size === people.length
}

/**
 * A description that may be handed to a media engine (CALL-2): within its limit, one SHA-256 fingerprint and no weaker one, no candidate
 * in it (those come in signals of their own, where they can be counted), and no control characters but line ends.
 */
export function isDescription (sdp: string): boolean {
  if (sdp.length === 0 || sdp.length > MAX_SDP_LENGTH || !sdp.startsWith('v=0')) return false
  if (/[^\t\r\n\x20-\x7e]/.test(sdp)) return false
  const fingerprints = new Set(sdp.match(/^a=fingerprint:.*$/gm)?.map(line => line.trim().toLowerCase()))
  if (fingerprints.size !== 1 || !/^a=fingerprint:sha-256 ([0-9a-f]{2}:){31}[0-9a-f]{2}$/.test([...fingerprints][0] ?? '')) return false
  return !/^a=candidate:/m.test(sdp)
}

function isCandidate ({ candidate, mid }: { candidate: string, mid: string }): boolean {
  if (candidate.length > MAX_CANDIDATE_LENGTH || mid.length > 16 || /[^\x20-\x7e]/.test(candidate + mid)) return false
  return candidateType(candidate) !== undefined
}

/** How a candidate was found (RFC 8839 §5.1): its address is the device's own only where it is no `relay`. */
export function candidateType (candidate: string): 'host' | 'srflx' | 'prflx' | 'relay' | undefined {
  const type = /^candidate:\S+ \d+ (?:udp|tcp) \d+ \S+ \d+ typ (host|srflx|prflx|relay)\b/i.exec(candidate)?.[1]?.toLowerCase()
  return type === 'host' || type === 'srflx' || type === 'prflx' || type === 'relay' ? type : undefined
}

/** The description without its candidates, which travel by themselves. */
export function withoutCandidates (sdp: string): string {
  return sdp.replace(/^a=(candidate:|end-of-candidates).*\r?\n/gm, '')
}

/** STUN servers that one announcement may name. */
export const MAX_STUN_SERVERS = 4

/** `host:port` of a STUN server as a contact's node announces it: never a name, which somebody would have to look up (CALL-12). */
export function parseStunAddress (text: string): { url: string, loopback: boolean } | undefined {
  const [, dotted, colons, port = ''] = /^(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([\da-f:]{2,39})\]):(\d{1,5})$/i.exec(text) ?? []
  if (Number(port) < 1 || Number(port) > 65_535) return undefined
  if (dotted === undefined) return colons === undefined ? undefined : { url: `stun:${text}`, loopback: colons === '::1' }
  if (dotted.split('.').some(number => Number(number) > 255) || /^(0|22[4-9]|23\d|24\d|25\d)\./.test(dotted)) return undefined
  return { url: `stun:${text}`, loopback: dotted.startsWith('127.') }
}
