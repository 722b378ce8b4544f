/** Signals of a call, and their limits; they travel in session's Payload. Spec: README.md */
import { decodeBounded } from '../common/index.ts'
import { Signal } from './call.pb.ts'

export * from './call.pb.ts'

/** Largest signal, bytes: the description of three tracks with every codec of a browser takes 9 kB. */
export const MAX_SIGNAL_BYTES = 32 * 1024
/** Largest session description, characters. */
export const MAX_SDP_LENGTH = 24 * 1024
/** Sections (`m=`) of a description: microphone, camera, screen and its sound take four, also where both send them; what is not sent any more keeps its place. */
export const MAX_SECTIONS = 8
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
 * in it (those come in signals of their own, where they can be counted), no control characters but line ends, and sound and pictures
 * alone: an engine would open data channels for whoever asks, and nobody reads them. No name is in it where an address belongs.
 */
export function isDescription (sdp: string): boolean {
  if (sdp.length === 0 || sdp.length > MAX_SDP_LENGTH || !sdp.startsWith('v=0')) return false
  if (/[^\t\r\n\x20-\x7e]/.test(sdp)) return false
  const fingerprints = new Set(sdp.match(/^a=fingerprint:.*$/gm)?.map(line => line.trim().toLowerCase()))
  if (fingerprints.size !== 1 || !/^a=fingerprint:sha-256 ([0-9a-f]{2}:){31}[0-9a-f]{2}$/.test([...fingerprints][0] ?? '')) return false
  const lines = sdp.trimEnd().split(/\r?\n/)
  return lines.every(isLine) && lines.filter(line => line.startsWith('m=')).length <= MAX_SECTIONS
}

function isLine (line: string): boolean {
  if (!/^[a-z]=[^\r]*$/.test(line) || /^a=(remote-)?candidate/i.test(line)) return false
  if (line.startsWith('m=')) return /^m=(audio|video) \d{1,5} UDP\/TLS\/RTP\/SAVPF( \d{1,3})+$/.test(line)
  if (!/^(c=|o=|a=rtcp:)/.test(line) || /^a=rtcp:\d+$/.test(line)) return true
  const [, address] = / IN IP[46] (\S+)$/.exec(line.replace(/^c=/, ' ')) ?? []
  return address !== undefined && isLiteral(address)
}

function isCandidate ({ candidate, mid }: { candidate: string, mid: string }): boolean {
  if (candidate.length > MAX_CANDIDATE_LENGTH || mid.length > 16 || /[^\x20-\x7e]/.test(candidate + mid)) return false
  return candidateType(candidate) !== undefined
}

const CANDIDATE = /^candidate:\S+ \d{1,3} (?:udp|tcp) \d{1,10} (?<address>\S+) (?<port>\d{1,5}) typ (?<type>host|srflx|prflx|relay)(?: raddr (?<related>\S+) rport (?<relatedPort>\d{1,5}))?(?: (?!raddr)\S+ \S+)*$/i
/** As browsers name themselves in their own network, instead of telling their address there (RFC 6762, draft-ietf-mmusic-mdns-ice-candidates). */
const LOCAL_NAME = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.local$/i

/**
 * How a candidate was found (RFC 8839 §5.1): its address is the device's own only where it is no `relay`. undefined for one that may not be handed to
 * an engine (CALL-1): it would look up any name, wherever the contact wants it asked.
 */
export function candidateType (candidate: string): 'host' | 'srflx' | 'prflx' | 'relay' | undefined {
  const { address = '', port, type, related, relatedPort } = CANDIDATE.exec(candidate)?.groups ?? {}
  if (!isPort(port) || !(isReachable(address) || LOCAL_NAME.test(address))) return undefined
  if (related !== undefined && !(isLiteral(related) && Number(relatedPort) <= 65_535)) return undefined
  const found = type?.toLowerCase()
  return found === 'host' || found === 'srflx' || found === 'prflx' || found === 'relay' ? found : undefined
}

/** Whether it has a name instead of an address: only a page finds out whose it is without asking a name server. */
export function isNamed (candidate: string): boolean {
  return LOCAL_NAME.test(CANDIDATE.exec(candidate)?.groups?.address ?? '')
}

function isPort (text: string | undefined): boolean {
  return Number(text) >= 1 && Number(text) <= 65_535
}

/** The eight groups of an IPv6 address without a zone; undefined for anything else. */
function groupsOf (text: string): number[] | undefined {
  const halves = text.split('::').map(half => half === '' ? [] : half.split(':'))
  const [head = [], tail = []] = halves
  const missing = 8 - head.length - tail.length
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  return groups.every(group => /^[\da-f]{1,4}$/i.test(group)) ? groups.map(group => parseInt(group, 16)) : undefined
}

function isLiteral (address: string): boolean {
  return /^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}$/.test(address) || groupsOf(address) !== undefined
}

/** An IP address of one device: not the unspecified one, no broadcast, no multicast, none that is reserved, no IPv4 within IPv6. */
function isReachable (address: string): boolean {
  const groups = groupsOf(address)
  if (groups === undefined) return isLiteral(address) && !/^(0|22[4-9]|23\d|24\d|25\d)\./.test(address)
  return (groups[0] ?? 0) < 0xff00 && (groups.slice(0, 5).some(group => group !== 0) || groups.join() === '0,0,0,0,0,0,0,1')
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
  const address = dotted ?? colons ?? ''
  if (!isPort(port) || !isReachable(address)) return undefined
  return { url: `stun:${text}`, loopback: address.startsWith('127.') || address === '::1' }
}
