/** What a commit may do, judged before anything of it is applied, by its maker and by everyone who gets it (SES-6, SES-7). */
import { decodeBounded } from '@sotto/protocols/common'
import { CommitNote } from '@sotto/protocols/session'
import { MAX_LEAVES, MAX_SESSION_MESSAGE_BYTES } from '../config.ts'
import { verifyRevocation } from '../identity/certificate.ts'
import { hex } from './credentials.ts'
import { memberOfPackage } from './key-package.ts'
import type { CredentialBook, Roster } from './credentials.ts'
import type { CommitFacts } from './fork-choice.machine.ts'
import type { Member } from './index.ts'
import type { Suite } from './provider.ts'
import type { ProposalAdd, ProposalRemove } from 'ts-mls/proposal.js'
import type { ProposalOrRef } from 'ts-mls/proposalOrRefType.js'

export type AllowedProposal = ProposalAdd | ProposalRemove

export interface Judged { facts: CommitFacts, removesLeaves: number[] }
export interface Refused { refused: string }

const EMPTY = new Uint8Array()

export function encodeNote (revocations: Uint8Array[]): Uint8Array {
  return revocations.length === 0 ? EMPTY : CommitNote.encode({ revocations })
}

/** Adds and removes, whole in the commit; never a reference, and nothing else, whatever the library would do with it. */
function allowedOnly (proposals: ProposalOrRef[]): AllowedProposal[] | undefined {
  const allowed: AllowedProposal[] = []
  for (const entry of proposals) {
    if (entry.proposalOrRefType !== 'proposal') return undefined
    const { proposal } = entry
    if (proposal.proposalType === 'add' && 'add' in proposal) allowed.push(proposal)
    else if (proposal.proposalType === 'remove' && 'remove' in proposal) allowed.push(proposal)
    else return undefined
  }
  return allowed
}

/** The devices among `targets` for which the note holds a revocation signed by their identity. */
async function revokedBy (note: Uint8Array, targets: Member[]): Promise<Set<string> | undefined> {
  const revoked = new Set<string>()
  if (note.byteLength === 0) return revoked
  const decoded = decodeBounded(CommitNote, note, MAX_SESSION_MESSAGE_BYTES, { revocations: MAX_LEAVES })
  if (decoded === undefined) return undefined
  for (const bytes of decoded.revocations) {
    let holds = false
    for (const target of targets) {
      const revocation = await verifyRevocation(bytes, target.identity)
      if (revocation === undefined || hex(revocation.device) !== hex(target.device)) continue
      revoked.add(hex(target.device))
      holds = true
    }
    if (!holds) return undefined // a note says only what its commit does
  }
  return revoked
}

export interface CommitClaim { proposals: ProposalOrRef[], note: Uint8Array, committer: Member }

/** Judges a commit on the state whose members are `roster`. The same answer at every member, at any time. */
export async function judgeCommit (claim: CommitClaim, roster: Roster, book: CredentialBook, suite: Suite): Promise<Judged | Refused> {
  if (claim.proposals.length > 2 * MAX_LEAVES) return { refused: 'too many proposals' }
  const proposals = allowedOnly(claim.proposals)
  if (proposals === undefined) return { refused: 'a proposal that is not allowed' }

  const removed: Member[] = []
  const added: Member[] = []
  for (const proposal of proposals) {
    const member = 'remove' in proposal
      ? roster.get(proposal.remove.removed)
      : await memberOfPackage(proposal.add.keyPackage, book, suite)
    if (member === undefined) return { refused: 'remove' in proposal ? 'a removal of nobody' : 'a key package of nobody who may sit here' }
    if ('remove' in proposal) removed.push(member)
    else added.push(member)
  }
  const gone = new Set(removed.map(member => hex(member.device)))
  const fresh = new Set(added.map(member => hex(member.device)))
  if (gone.size !== removed.length || fresh.size !== added.length) return { refused: 'the same device twice' }
  if (gone.has(hex(claim.committer.device))) return { refused: 'a removal of the committer by itself' }
  if ([...roster.values()].some(member => fresh.has(hex(member.device)) && !gone.has(hex(member.device)))) return { refused: 'a device that is here already' }
  if (roster.size - removed.length + added.length > MAX_LEAVES) return { refused: 'too many leaves' }

  const revoked = await revokedBy(claim.note, removed)
  if (revoked === undefined) return { refused: 'a note that does not fit' }
  const mine = (member: Member): boolean => hex(member.identity) === hex(claim.committer.identity)
  // a device that is removed and added at once is replaced: it handed out the new KeyPackage itself
  const lost = removed.filter(member => !fresh.has(hex(member.device)))
  if (!lost.every(member => mine(member) || revoked.has(hex(member.device)))) return { refused: 'a removal without right' }

  const privileged = added.every(mine) && removed.every(member => mine(member) || revoked.has(hex(member.device)))
  const kind = revoked.size > 0 ? 'revocation' : lost.length > 0 ? 'removal' : added.length > 0 ? 'addition' : 'update'
  return {
    facts: { committer: hex(claim.committer.device), kind, privileged: privileged && kind !== 'update', rank: 0, revoked: [...revoked] },
    removesLeaves: removed.map(member => member.leaf)
  }
}
