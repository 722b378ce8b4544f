/**
 * A stream between two own devices: within Noise sealed once more, under the key that their pairing left to both. Whoever
 * recorded it and breaks Noise some day has nothing without that key (PAIR-8).
 */
import { platform } from '#platform'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { labelBytes, labelled } from '@sotto/protocols/common'
import { DeviceFrame, MAX_DEVICE_FRAME_BYTES, Opening, decodeDeviceFrame, decodeOpening } from '@sotto/protocols/pairing'
import { toString } from 'uint8arrays/to-string'
import { DEVICE_ANSWER_MS } from '../config.ts'
import { IntegrityError, LimitError, PeerError, UnreachableError, UsageError } from '../errors.ts'
import type { Clock } from '../components.ts'
import type { FrameStream } from '../network/index.ts'
import type { Aead } from '../platform/platform.ts'

const NONCE_BYTES = 24
const TAG_BYTES = 16
const EMPTY = new Uint8Array(0)

/** What this side knows of the device at the other end. */
export type Acquaintance = { id: string, linkKey: Uint8Array } | { revocation: Uint8Array }

export interface OpenInit {
  clock: Clock
  /** 16 bytes, this device */
  own: Uint8Array
  dialled: boolean
  /** by its id (hex); undefined: nobody we know */
  know: (device: string) => Acquaintance | undefined
}

/** The other side says that this device was revoked, and shows by what. */
export class RevokedError extends UsageError {
  readonly revocation: Uint8Array
  constructor (revocation: Uint8Array) {
    super('DEVICE_REVOKED', 'this device was revoked')
    this.revocation = revocation
  }
}

function nonceOf (count: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES)
  new DataView(nonce.buffer).setBigUint64(0, BigInt(count))
  return nonce
}

export class SealedStream {
  readonly device: string
  readonly #stream: FrameStream
  readonly #frames: AsyncIterator<Uint8Array>
  readonly #out: Aead
  readonly #in: Aead
  #sent = 0
  #received = 0

  private constructor (stream: FrameStream, frames: AsyncIterator<Uint8Array>, device: string, keys: { out: Uint8Array, in: Uint8Array }) {
    this.#stream = stream
    this.#frames = frames
    this.device = device
    this.#out = platform.crypto.xchacha20poly1305(keys.out)
    this.#in = platform.crypto.xchacha20poly1305(keys.in)
  }

  /** @throws RevokedError; PeerError for who is none of our devices; UnreachableError TIMEOUT */
  static async open (stream: FrameStream, { clock, own, dialled, know }: OpenInit): Promise<SealedStream> {
    const frames = stream.frames()[Symbol.asyncIterator]()
    const nonce = crypto.getRandomValues(new Uint8Array(32))
    const opening = Opening.encode({ device: own, nonce, revocation: EMPTY })
    const cancel = clock.after(DEVICE_ANSWER_MS, () => { stream.abort(new UnreachableError('TIMEOUT', 'the other device does not answer')) })
    try {
      if (dialled) await stream.send(opening)
      const first = await frames.next()
      const theirs = first.done === true ? undefined : decodeOpening(first.value)
      if (theirs === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'the other device does not introduce itself')
      if (dialled && theirs.revocation.byteLength > 0) throw new RevokedError(theirs.revocation)
      const id = toString(theirs.device, 'hex')
      const known = know(id)
      if (known === undefined) throw new PeerError('REFUSED', 'this is no device of ours')
      if ('revocation' in known) {
        await stream.send(Opening.encode({ device: EMPTY, nonce: EMPTY, revocation: known.revocation }))
        await stream.close()
        throw new PeerError('REFUSED', 'this device of ours was revoked')
      }
      if (!dialled) await stream.send(opening)
      const parties = dialled ? [own, theirs.device, nonce, theirs.nonce] : [theirs.device, own, theirs.nonce, nonce]
      const keys = hkdf(sha256, known.linkKey, sha256(labelled('device/stream', ...parties)), labelBytes('device/stream'), 64)
      const [dialler, listener] = [keys.subarray(0, 32), keys.subarray(32)]
      return new SealedStream(stream, frames, id, dialled ? { out: dialler, in: listener } : { out: listener, in: dialler })
    } finally {
      cancel()
    }
  }

  get closed (): AbortSignal { return this.#stream.closed }

  async send (frame: Partial<DeviceFrame>): Promise<void> {
    const bytes = DeviceFrame.encode({ number: 0, answer: false, ...frame })
    if (bytes.byteLength > MAX_DEVICE_FRAME_BYTES) throw new LimitError('FRAME_TOO_LARGE', 'too much for one frame between devices')
    await this.#stream.send(this.#out.seal(nonceOf(this.#sent++), EMPTY, bytes))
  }

  /** Ends with the stream. @throws IntegrityError, PeerError for frames that are not the other device's */
  async * frames (): AsyncGenerator<DeviceFrame> {
    for (;;) {
      const next = await this.#frames.next()
      if (next.done === true) return
      const sealed = next.value
      const bytes = sealed.byteLength < TAG_BYTES ? undefined : this.#in.open(nonceOf(this.#received++), EMPTY, sealed)
      if (bytes === undefined) throw new IntegrityError('BAD_SIGNATURE', 'a frame that was not sealed by our other device')
      const frame = decodeDeviceFrame(bytes)
      if (frame === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'a frame of our other device cannot be read')
      yield frame
    }
  }

  async close (): Promise<void> { await this.#stream.close().catch(() => {}) }
  abort (error: Error): void { this.#stream.abort(error) }
}
