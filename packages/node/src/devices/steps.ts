/** A pairing stream read step by step: one frame at a time, each in its time. */
import { PairingFrame, decodePairingFrame } from '@sotto/protocols/pairing'
import { PAIRING_STEP_MS } from '../config.ts'
import { PeerError, UnreachableError } from '../errors.ts'
import type { Clock } from '../components.ts'
import type { FrameStream } from '../network/index.ts'

export class Steps {
  readonly #stream: FrameStream
  readonly #clock: Clock
  readonly #frames: AsyncIterator<Uint8Array>

  constructor (stream: FrameStream, clock: Clock) {
    this.#stream = stream
    this.#clock = clock
    this.#frames = stream.frames()[Symbol.asyncIterator]()
  }

  async say (frame: Partial<PairingFrame>): Promise<void> {
    await this.#stream.send(PairingFrame.encode(frame))
  }

  /** The next frame. @throws UnreachableError TIMEOUT, UNREACHABLE; PeerError PROTOCOL_VIOLATION */
  async hear (): Promise<PairingFrame> {
    const cancel = this.#clock.after(PAIRING_STEP_MS, () => { this.#stream.abort(new UnreachableError('TIMEOUT', 'the other device does not answer')) })
    try {
      const next = await this.#frames.next()
      if (next.done === true) throw new UnreachableError('UNREACHABLE', 'the other device ended the pairing')
      const frame = decodePairingFrame(next.value)
      if (frame === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'a frame of the pairing cannot be decoded')
      return frame
    } finally {
      cancel()
    }
  }
}
