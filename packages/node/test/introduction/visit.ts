import { Frame, INTRODUCTION_PROTOCOL, ownerBytes, sealedDigest, workBits, fetchParts } from '@sotto/protocols/introduction'
import { sign } from '../../src/identity/ed25519.ts'
import type { TestPeer } from '../../../../test/support/testnet.ts'
import type { FrameStream, PeerPlace } from '../../src/network/index.ts'

/** A client that may say anything. */
export interface Visit {
  stream: FrameStream
  nonce: Uint8Array
  ask (question: Partial<Frame>): Promise<Frame>
  next (): Promise<Frame>
  raw (bytes: Uint8Array): Promise<Frame>
}

export class StreamEnded extends Error {}

export async function visit (peer: TestPeer, place: PeerPlace): Promise<Visit> {
  const stream = await peer.network.open(place, INTRODUCTION_PROTOCOL)
  const frames = stream.frames()[Symbol.asyncIterator]()
  const next = async (): Promise<Frame> => {
    const { done, value } = await frames.next()
    if (done === true) throw new StreamEnded()
    return Frame.decode(value)
  }
  const raw = async (bytes: Uint8Array): Promise<Frame> => {
    await stream.send(bytes)
    return next()
  }
  const { challenge } = await next()
  return { stream, nonce: challenge!.nonce, next, raw, ask: async question => raw(Frame.encode(question)) }
}

/** Some sealed request with work done for it; nobody can open it. */
export function putOf (identity: Uint8Array, sealed: Uint8Array, bits: number): Partial<Frame> {
  const digest = sealedDigest(sealed)
  let workNonce = 0
  while (workBits(identity, digest, workNonce) < bits) workNonce++
  return { putRequest: { identity, sealed, workNonce, invite: new Uint8Array() } }
}

export interface Keys { identity: Uint8Array, verifySeed: Uint8Array, record: Uint8Array }

export async function registerOf (at: Visit, { verifySeed, record }: Keys, grant = new Uint8Array(), server = at.stream.peerId): Promise<Partial<Frame>> {
  return { register: { record, grant, signature: await sign(verifySeed, ownerBytes('register', at.nonce, server, record, grant)) } }
}

export async function fetchOf (at: Visit, { verifySeed, identity }: Keys, after = 0, subscribe = false): Promise<Partial<Frame>> {
  return { fetch: { identity, after, subscribe, signature: await sign(verifySeed, ownerBytes('fetch', at.nonce, at.stream.peerId, ...fetchParts(identity, after, subscribe))) } }
}

export async function dropOf (at: Visit, { verifySeed, identity }: Keys, digests: Uint8Array[]): Promise<Partial<Frame>> {
  return { drop: { identity, digests, signature: await sign(verifySeed, ownerBytes('drop', at.nonce, at.stream.peerId, identity, ...digests)) } }
}
