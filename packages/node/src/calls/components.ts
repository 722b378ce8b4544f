/** What calls ask of the rest of the house. */
import type { CallHandover } from './handover.ts'
import type { CallMemory } from './memory.ts'
import type { CallView, IdentityId } from '../api.ts'
import type { Components } from '../components.ts'
import type { Channel } from '../delivery/index.ts'
import type { IceServer, MediaMaker } from '../platform/media.ts'

export interface CallsComponents extends Pick<Components, 'own' | 'clock' | 'logger'> {
  /** @throws UsageError UNKNOWN_CONTACT, BLOCKED_CONTACT; UnreachableError where there is no session yet */
  callee: (who: string) => Promise<Uint8Array>
  /** may this person make us ring? */
  accepts: (identity: Uint8Array) => boolean
  channel: (identity: Uint8Array) => Promise<Channel>
  formatId: (identity: Uint8Array) => IdentityId
  nameOf: (identity: Uint8Array) => string
  publish: (call: CallView) => void
  loopbackOnly: boolean
  /** servers for ICE in a call with this person: those that the user chose, and the nodes of the two (CALL-12) */
  iceServers: (identity: Uint8Array) => Promise<readonly IceServer[]>
  /** hide addresses from this person unless told otherwise */
  hides: (identity: Uint8Array) => boolean
  /** where engines are made elsewhere than here */
  createMedia?: MediaMaker | undefined
  handover?: CallHandover | undefined
  /** a page: where the call is kept in which one talks */
  memory?: CallMemory | undefined
}
