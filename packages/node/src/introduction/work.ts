/** Proof of work over a sealed request, in slices that leave the event loop free. INT-10. */
import { sha256 } from '@noble/hashes/sha2.js'
import { leadingZeroBits, workPrefix } from '@sotto/protocols/introduction'
import { LimitError, UsageError } from '../errors.ts'

/** Hashes between two looks at the event loop: about 5 ms. */
const SLICE = 2048

/** The work for one sealed request. More bits continue where fewer stopped; one result serves every server. */
export class Work {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #next = 0
  /** best nonce so far */
  nonce = 0
  /** bits of the best nonce, -1 before the first hash */
  bits = -1

  constructor (identity: Uint8Array, digest: Uint8Array) {
    const prefix = workPrefix(identity, digest)
    this.#bytes = new Uint8Array(prefix.byteLength + 8)
    this.#bytes.set(prefix)
    this.#view = new DataView(this.#bytes.buffer, prefix.byteLength)
  }

  /** @throws LimitError WORK_TOO_LOW where `bits` is more than `max`; UsageError ABORTED */
  async reach (bits: number, max: number, signal?: AbortSignal): Promise<number> {
    if (bits > max) throw new LimitError('WORK_TOO_LOW', 'The inbox is flooded: it asks for more work than this device does', { hint: 'Try again later, or ask for a link with an invite.' })
    while (this.bits < bits) {
      if (signal?.aborted === true) throw new UsageError('ABORTED', 'The request was given up', { cause: signal.reason })
      this.#slice(bits)
      await new Promise(resolve => setTimeout(resolve, 0))
    }
    return this.nonce
  }

  #slice (bits: number): void {
    for (let i = 0; i < SLICE && this.bits < bits; i++) {
      const nonce = this.#next++
      this.#view.setUint32(0, Math.floor(nonce / 2 ** 32))
      this.#view.setUint32(4, nonce >>> 0)
      const found = leadingZeroBits(sha256(this.#bytes))
      if (found > this.bits) {
        this.bits = found
        this.nonce = nonce
      }
    }
  }
}
