/** Several voices in one: their sum, turned down where it would not fit, and up again slowly. */

/** How far the loudness goes back to what it was with each frame, of what is missing. */
const RECOVERY = 0.05
const LOUDEST = 32_767

export class Mixer {
  readonly #sum: Int32Array
  #gain = 1

  /** @param samples in a frame */
  constructor (samples: number) {
    this.#sum = new Int32Array(samples)
  }

  /** One voice alone stays as it is. */
  mix (frames: readonly Int16Array[]): Int16Array {
    const [only, other] = frames
    if (only !== undefined && other === undefined && this.#gain === 1) return only
    const sum = this.#sum.fill(0)
    for (const frame of frames) for (let n = 0; n < sum.length; n++) sum[n] = (sum[n] ?? 0) + (frame[n] ?? 0)
    const peak = sum.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    const fits = peak > LOUDEST ? LOUDEST / peak : 1
    this.#gain = Math.min(fits, this.#gain > 0.999 ? 1 : this.#gain + (1 - this.#gain) * RECOVERY)
    return Int16Array.from(sum, sample => Math.trunc(sample * this.#gain))
  }
}
