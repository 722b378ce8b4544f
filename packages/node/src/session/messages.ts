/** PrivateMessages (RFC 9420 §6.3): decoding what a peer sent, and sealing and opening application messages. */
import { equals } from 'uint8arrays/equals'
import { decodeMlsMessage, encodeMlsMessage } from 'ts-mls'
import { encode } from 'ts-mls/codec/tlsEncoder.js'
import { signFramedContentApplicationOrProposal, verifyFramedContentSignature } from 'ts-mls/framedContent.js'
import { decodePrivateMessageContent, decryptSenderData, encodePrivateMessageContent, encryptSenderData, privateContentAADEncoder, toAuthenticatedContent } from 'ts-mls/privateMessage.js'
import { MAX_SESSION_MESSAGE_BYTES } from '../config.ts'
import { guardedNonce, turnTo } from './ratchet.ts'
import type { Ratchet } from './ratchet.ts'
import type { Suite } from './provider.ts'
import type { ClientState } from 'ts-mls'
import type { FramedContentTBSApplicationOrProposal } from 'ts-mls/framedContent.js'
import type { PrivateMessage } from 'ts-mls/privateMessage.js'
import type { ReuseGuard, SenderData } from 'ts-mls/sender.js'

const EMPTY = new Uint8Array()

export function encodePrivateMessage (privateMessage: PrivateMessage): Uint8Array {
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage })
}

/** The PrivateMessage in these bytes, and nothing else (SES-5): undefined for any other form, length or trailing byte. */
export function decodePrivate (bytes: Uint8Array): PrivateMessage | undefined {
  if (bytes.byteLength > MAX_SESSION_MESSAGE_BYTES) return undefined
  try {
    const decoded = decodeMlsMessage(bytes, 0)
    if (decoded?.[1] !== bytes.byteLength || decoded[0].wireformat !== 'mls_private_message') return undefined
    return decoded[0].privateMessage
  } catch {
    return undefined // hostile bytes: what they fail on is of no interest
  }
}

/** Who says to have sealed it, at which generation. Proves only that a member did: the signature says which. */
export async function senderOf (message: PrivateMessage, state: ClientState, suite: Suite): Promise<SenderData | undefined> {
  try {
    return await decryptSenderData(message, state.keySchedule.senderDataSecret, suite)
  } catch {
    return undefined // not sealed under this state
  }
}

function contentOf (state: ClientState, applicationData: Uint8Array): FramedContentTBSApplicationOrProposal {
  const { groupContext } = state
  return {
    protocolVersion: groupContext.version,
    wireformat: 'mls_private_message',
    senderType: 'member',
    context: groupContext,
    content: {
      contentType: 'application',
      applicationData,
      groupId: groupContext.groupId,
      epoch: groupContext.epoch,
      sender: { senderType: 'member', leafIndex: state.privatePath.leafIndex },
      authenticatedData: EMPTY
    }
  }
}

export interface SealedContent { message: Uint8Array, generation: number, next: Ratchet }

/** Seals an application message with the next generation of our own ratchet. */
export async function sealApplication (state: ClientState, ratchet: Ratchet, plaintext: Uint8Array, suite: Suite): Promise<SealedContent> {
  const turn = await turnTo(ratchet, ratchet.generation, suite)
  if (turn.kind !== 'key') throw new RangeError('the next generation is never out of reach')
  const tbs = contentOf(state, plaintext)
  const auth = await signFramedContentApplicationOrProposal(state.signaturePrivateKey, tbs, suite)
  const { groupId, epoch } = state.groupContext
  const header = { groupId, epoch, contentType: 'application' as const }
  const reuseGuard = suite.rng.randomBytes(4) as ReuseGuard
  const ciphertext = await suite.hpke.encryptAead(turn.key.key, guardedNonce(turn.key.nonce, reuseGuard),
    encode(privateContentAADEncoder)({ ...header, authenticatedData: EMPTY }),
    encodePrivateMessageContent(state.clientConfig.paddingConfig)({ contentType: 'application', applicationData: plaintext, auth: { contentType: 'application', signature: auth.signature } }))
  const senderData = { leafIndex: state.privatePath.leafIndex, generation: ratchet.generation, reuseGuard }
  const encryptedSenderData = await encryptSenderData(state.keySchedule.senderDataSecret, senderData, header, ciphertext, suite)
  const message = encodePrivateMessage({ ...header, authenticatedData: EMPTY, encryptedSenderData, ciphertext })
  return { message, generation: ratchet.generation, next: turn.next }
}

export type OpenedContent =
  | { kind: 'plaintext', plaintext: Uint8Array, next: Ratchet }
  | { kind: 'used' }
  | { kind: 'beyond' }
  | { kind: 'forged', reason: string }

/** Opens an application message. The ratchet moves only when cipher and signature held. */
export async function openApplication (message: PrivateMessage, sender: SenderData, leafKey: Uint8Array, state: ClientState, ratchet: Ratchet, suite: Suite): Promise<OpenedContent> {
  const turn = await turnTo(ratchet, sender.generation, suite)
  if (turn.kind !== 'key') return turn
  const { groupId, epoch, contentType, authenticatedData } = message
  if (!equals(authenticatedData, EMPTY)) return { kind: 'forged', reason: 'an application message with authenticated data' }
  try {
    const bytes = await suite.hpke.decryptAead(turn.key.key, guardedNonce(turn.key.nonce, sender.reuseGuard),
      encode(privateContentAADEncoder)({ groupId, epoch, contentType, authenticatedData }), message.ciphertext)
    const decoded = decodePrivateMessageContent('application')(bytes, 0)?.[0]
    if (decoded?.contentType !== 'application') return { kind: 'forged', reason: 'malformed content' }
    const { content, auth } = toAuthenticatedContent(decoded, message, sender.leafIndex)
    if (!await verifyFramedContentSignature(leafKey, 'mls_private_message', content, auth, state.groupContext, suite.signature)) {
      return { kind: 'forged', reason: 'a wrong signature' }
    }
    return { kind: 'plaintext', plaintext: decoded.applicationData.slice(), next: turn.next }
  } catch {
    return { kind: 'forged', reason: 'does not decrypt' }
  }
}
