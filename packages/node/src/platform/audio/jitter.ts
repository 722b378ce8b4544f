/**
 * Puts packets back into order and rhythm. `pull` is called once per frame; what comes too late is dropped, what is missing is told as
 * missing. Where something was late more is kept waiting from then on; where more waits than is needed a frame is left out now and then,
 * so that nobody is heard later and later: not after a pause of a machine, nor of a sender whose clock runs faster than ours.
 */

export interface JitterInit {
  /** frames that wait before the first is played: what the network may be late by */
  target: number
  /** frames that may wait: beyond them the oldest are dropped */
  most: number
}

export const DEFAULT_JITTER: JitterInit = { target: 3, most: 12 }
/** A longer jump in the numbers is another count, and says nothing of what was lost: 10 s of frames. */
const MAX_GAP = 500
/** So often it is looked whether fewer frames could wait: 2 s of frames. */
const LOOK_FRAMES = 100
/** Looks in a row at which nothing was late, until less is kept waiting: 20 s. */
const CALM_LOOKS = 10
/** Frames below `most` that are never kept waiting on purpose: room for what comes all at once. */
const SPARE = 4

export class JitterBuffer {
  readonly #init: JitterInit
  readonly #packets = new Map<number, Uint8Array>()
  /** extended sequence number of the next frame to play */
  #next: number | undefined
  /** the same, when nothing was left to play */
  #stopped: number | undefined
  #highest = 0
  #playing = false
  #begun = false
  /** frames that wait, as things are */
  #target: number
  /** more are to wait: the next frame comes one later */
  #stretch = false
  #pulls = 0
  /** fewest frames that waited since the last look */
  #least = Infinity
  #calm = 0
  received = 0
  lost = 0
  late = 0

  constructor (init: JitterInit = DEFAULT_JITTER) {
    this.#init = init
    this.#target = init.target
  }

  /** Frames between the newest and the next one to play. */
  get depth (): number { return this.#next === undefined ? 0 : this.#highest - this.#next + 1 }

  /** Another sender in the place of this one counts anew; what of the old one still waits is not played. */
  restart (): void {
    this.#packets.clear()
    this.#next = this.#stopped = undefined
    this.#highest = 0
    this.#playing = false
  }

  /** `sequence`: 16 bits, as in RTP (RFC 3550 §5.1). */
  push (sequence: number, payload: Uint8Array): void {
    const extended = this.#extend(sequence)
    this.received++
    const from = this.#playing ? this.#next : this.#stopped
    if (from !== undefined && extended < from) {
      this.late++
      this.#later()
      return
    }
    this.#next = this.#next === undefined || !this.#playing ? Math.min(this.#next ?? extended, extended) : this.#next
    this.#highest = Math.max(this.#highest, extended)
    this.#packets.set(extended, payload)
    if (this.#highest - this.#next < this.#init.most) return
    // a jump, or a clock that runs faster: go on where the newest are
    const next = this.#highest - this.#target
    for (const number of this.#packets.keys()) if (number < next) this.#packets.delete(number)
    this.#next = next
  }

  /** A frame; `lost` where one is missing; undefined where nothing was played yet. */
  pull (): Uint8Array | 'lost' | undefined {
    if (this.#next === undefined || (!this.#playing && this.#packets.size < this.#target)) return this.#begun ? 'lost' : undefined
    if (!this.#playing) this.#resume(this.#next)
    if (this.#stretch) {
      this.#stretch = false
      return 'lost'
    }
    const packet = this.#packets.get(this.#next)
    if (packet === undefined && this.#packets.size === 0) { // nothing comes at all: gather anew
      this.#playing = false
      this.#stopped = this.#next
      this.#next = undefined
      return 'lost'
    }
    this.#packets.delete(this.#next)
    this.#next++
    this.#look()
    if (packet !== undefined) return packet
    this.lost++
    return 'lost'
  }

  /** Something was late: once in each look that is a reason to wait longer. */
  #later (): void {
    if (this.#calm < 0) return
    this.#calm = -1
    if (this.#target >= this.#init.most - SPARE) return
    this.#target++
    this.#stretch = true
  }

  #look (): void {
    this.#least = Math.min(this.#least, this.depth)
    if (++this.#pulls % LOOK_FRAMES > 0) return
    if (this.#least >= this.#target && this.#next !== undefined) {
      this.#packets.delete(this.#next)
      this.#next++
    }
    this.#least = Infinity
    if (++this.#calm < CALM_LOOKS) return
    this.#calm = 0
    this.#target = Math.max(this.#init.target, this.#target - 1)
  }

  /** What did not come at all while nothing was left to play is known now. */
  #resume (next: number): void {
    const gap = next - (this.#stopped ?? next)
    if (gap <= MAX_GAP) this.lost += gap
    if (this.#stopped === next) this.#later() // nothing was lost, all was late
    this.#stretch = false
    this.#stopped = undefined
    this.#playing = this.#begun = true
  }

  #extend (sequence: number): number {
    const base = this.#highest - this.#highest % 0x10000
    const candidates = [base - 0x10000 + sequence, base + sequence, base + 0x10000 + sequence].filter(number => number >= 0)
    return this.#highest === 0 ? 0x10000 + sequence : candidates.reduce((best, number) => Math.abs(number - this.#highest) < Math.abs(best - this.#highest) ? number : best)
  }
}
