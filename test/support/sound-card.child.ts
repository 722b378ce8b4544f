/**
 * A sound card of nothing but time, as the programs `rec` and `play` show one: `rec` gives a tone with a click at each whole CLICK_MS of the
 * clock, `play` writes down what it hears, a line of JSON for each LOOK_MS. The two clocks are one, so that a click tells how late it is.
 */
import { appendFileSync } from 'node:fs'
import { amplitude } from './tone.ts'

const RATE = 48_000
const FRAME = 960
export const CLICK_MS = 2000
const CLICK_SAMPLES = FRAME
const LOOK_MS = 10_000
const WRITE_MS = 5

export interface Heard {
  /** Unix ms, at the end of what is told */
  time: number
  /** since the beginning */
  samples: number
  /** of this line */
  frames: number
  silent: number
  level: number
  /** from mouth to ear, ms */
  clicks: number[]
}

/** The sample of that moment: 440 Hz or whatever, or the click, which is louder than any tone. */
function sample (at: number, hz: number): number {
  const sinceClick = at % (CLICK_MS * RATE / 1000)
  return sinceClick < CLICK_SAMPLES ? 30_000 * Math.sin(2 * Math.PI * 1000 * sinceClick / RATE) : 6000 * Math.sin(2 * Math.PI * hz * (at % RATE) / RATE)
}

function rec (hz: number): void {
  const now = (): number => Math.floor(Date.now() * RATE / 1000)
  let at = now()
  setInterval(() => {
    const samples = Int16Array.from({ length: Math.max(0, now() - at) }, (_, n) => sample(at + n, hz))
    at += samples.length
    process.stdout.write(new Uint8Array(samples.buffer))
  }, WRITE_MS)
}

function play (hz: number, log: string): void {
  let heard: Heard = { time: 0, samples: 0, frames: 0, silent: 0, level: 0, clicks: [] }
  let rest = Buffer.alloc(0)
  let clicked = 0
  let looked = Date.now()
  const look = (): void => {
    appendFileSync(log, `${JSON.stringify({ ...heard, time: looked, level: heard.frames === 0 ? 0 : heard.level / heard.frames })}\n`)
    heard = { ...heard, frames: 0, silent: 0, level: 0, clicks: [] }
  }
  process.stdin.on('data', (chunk: Buffer) => {
    const now = Date.now()
    rest = Buffer.concat([rest, chunk])
    const count = Math.floor(rest.byteLength / 2 / FRAME)
    for (let n = 0; n < count; n++) {
      const frame = Int16Array.from({ length: FRAME }, (_, at) => rest.readInt16LE(2 * (n * FRAME + at)))
      const first = frame.findIndex(value => Math.abs(value) > 15_000)
      if (first >= 0 && now - clicked > CLICK_MS / 2) {
        clicked = now
        heard.clicks.push(now % CLICK_MS + 1000 * first / RATE) // heard when it is played, not when it is handed over
      }
      const level = amplitude(frame, hz)
      heard.level += level
      if (first < 0 && level < 600) heard.silent++
      heard.frames++
      heard.samples += FRAME
    }
    rest = rest.subarray(2 * count * FRAME)
    if (now - looked < LOOK_MS) return
    looked = now
    look()
  })
  // the engine ends it where the call is over, wherever it is
  process.once('exit', look)
  process.once('SIGTERM', () => { process.exit(0) })
}

if (process.argv[2] === 'rec') rec(Number(process.env.SOUND_CARD_HZ))
else play(Number(process.env.SOUND_CARD_HEARS), process.env.SOUND_CARD_LOG ?? '')
