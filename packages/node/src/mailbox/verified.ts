/** A mailbox's signed words, checked against the key inside its PeerId (MBX-4). */
import { labelled } from '@sotto/protocols/common'
import { decodeHeadBody, decodeReceiptBody } from '@sotto/protocols/mailbox'
import { decodeSigned } from '../identity/signed.ts'
import type { Network } from '../network/index.ts'
import type { HeadBody, ReceiptBody } from '@sotto/protocols/mailbox'

/** Undefined unless it is well formed and this mailbox signed it. */
export async function verifiedReceipt (network: Pick<Network, 'verify'>, mailbox: string, bytes: Uint8Array): Promise<ReceiptBody | undefined> {
  const signed = decodeSigned(bytes)
  const body = signed === undefined ? undefined : decodeReceiptBody(signed.body)
  if (signed === undefined || body === undefined) return undefined
  return await network.verify(mailbox, labelled('mailbox/receipt', signed.body), signed.signature) ? body : undefined
}

/** Undefined unless it is well formed and this mailbox signed it. */
export async function verifiedHead (network: Pick<Network, 'verify'>, mailbox: string, bytes: Uint8Array): Promise<HeadBody | undefined> {
  const signed = decodeSigned(bytes)
  const body = signed === undefined ? undefined : decodeHeadBody(signed.body)
  if (signed === undefined || body === undefined) return undefined
  return await network.verify(mailbox, labelled('mailbox/head', signed.body), signed.signature) ? body : undefined
}
