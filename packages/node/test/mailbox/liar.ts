/**
 * A mailbox that lies: the real server, whose frames are changed on their way out, and signed anew with its own key.
 */
import { labelled } from '@sotto/protocols/common'
import { Signed } from '@sotto/protocols/device'
import { chain, decodeHeadBody, decodeReceiptBody, Frame, genesis, hashOf, HeadBody, ReceiptBody } from '@sotto/protocols/mailbox'
import { decodeSigned } from '../../src/identity/signed.ts'
import type { FrameStream, Network } from '../../src/network/index.ts'
import type { Items, Link } from '@sotto/protocols/mailbox'

export type Twist = (frame: Frame, network: Network) => Promise<Frame | undefined>

/** Handlers registered from now on send through `twist()`; undefined swallows the frame. */
export function lie (network: Network, twist: () => Twist | undefined): void {
  const handle = network.handle.bind(network)
  network.handle = async (protocol, handler, options) => handle(protocol, async stream => handler(twisted(stream, network, twist)), options)
}

function twisted (stream: FrameStream, network: Network, twist: () => Twist | undefined): FrameStream {
  return {
    peerId: stream.peerId,
    direct: stream.direct,
    closed: stream.closed,
    send: async (bytes, options) => {
      const change = twist()
      const frame = change === undefined ? undefined : await change(Frame.decode(bytes), network)
      if (change !== undefined && frame === undefined) return
      await stream.send(frame === undefined ? bytes : Frame.encode(frame), options)
    },
    frames: () => stream.frames(),
    close: async () => stream.close(),
    abort: error => { stream.abort(error) }
  }
}

export async function signHead (network: Network, body: HeadBody): Promise<Uint8Array> {
  const bytes = HeadBody.encode(body)
  return Signed.encode({ body: bytes, signature: await network.sign(labelled('mailbox/head', bytes)) })
}

export async function signReceipt (network: Network, body: ReceiptBody): Promise<Uint8Array> {
  const bytes = ReceiptBody.encode(body)
  return Signed.encode({ body: bytes, signature: await network.sign(labelled('mailbox/receipt', bytes)) })
}

export function headOf (items: Items): HeadBody {
  return decodeHeadBody(decodeSigned(items.head)!.body)!
}

export function receiptOf (bytes: Uint8Array): ReceiptBody {
  return decodeReceiptBody(decodeSigned(bytes)!.body)!
}

/** Another chain from the beginning over these links, consistently signed. */
export async function rebuilt (network: Network, items: Items, links: Link[]): Promise<Items> {
  let head = genesis(items.queue)
  const renumbered = links.map((link, index) => ({ ...link, position: index + 1 }))
  for (const link of renumbered) head = chain(head, { ...link, hash: link.bytes.byteLength > 0 ? hashOf(link.bytes) : link.hash })
  return { ...items, links: renumbered, head: await signHead(network, { ...headOf(items), position: renumbered.length, head }) }
}
