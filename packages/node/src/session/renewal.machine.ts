/** When this device should commit fresh keys (SES-16). Pure. */
import { MAX_UPDATE_LEAD, SLOT_SILENCE_MS, UPDATE_AFTER_MESSAGES, UPDATE_AFTER_MS } from '../config.ts'

export interface Seat {
  leaf: number
  /** identity id, hex */
  identity: string
  /** the latest epoch under which it was heard, and when, Unix milliseconds */
  epoch: number
  heardAt: number
}

export interface RenewalView {
  epoch: number
  /** when this epoch came to be here, Unix milliseconds */
  since: number
  /** application messages of ours in this epoch */
  sealed: number
  ownLeaf: number
  /** our leaf still has the key that our KeyPackage published */
  published: boolean
  seats: Seat[]
}

export function shouldRenew (view: RenewalView, now: number): boolean {
  const own = view.seats.find(seat => seat.leaf === view.ownLeaf)
  if (own === undefined) return false
  const recent = view.seats.filter(seat => seat === own || now - seat.heardAt < SLOT_SILENCE_MS)
  if (recent.some(seat => seat !== own && view.epoch - seat.epoch >= MAX_UPDATE_LEAD)) return false
  // the key of a KeyPackage lay with others: it goes with our first message, whoever's turn it is
  if (view.published && view.sealed > 0) return true
  const due = now - view.since >= UPDATE_AFTER_MS || view.sealed >= UPDATE_AFTER_MESSAGES
  return due && isOurTurn(view, own, recent)
}

/** In a conversation of two, users take turns by epoch; of a user's devices the lowest leaf that is not asleep. */
function isOurTurn (view: RenewalView, own: Seat, recent: Seat[]): boolean {
  if (recent.some(seat => seat.identity === own.identity && seat.leaf < own.leaf)) return false
  const identities = [...new Set(view.seats.map(seat => seat.identity))].sort()
  return identities.length !== 2 || identities[view.epoch % 2] === own.identity
}
