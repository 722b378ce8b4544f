/** Sound at another rate, by a windowed sinc: 16 neighbours each side, the pass band below the lower of both Nyquist rates. */
import type { Sound } from './wav.ts'

const TAPS = 16

export function resample ({ rate, samples }: Sound, wanted: number): Int16Array {
  if (rate === wanted) return samples
  const step = rate / wanted
  const cutoff = Math.min(1, wanted / rate)
  const reach = TAPS / cutoff
  const result = new Int16Array(Math.floor(samples.length / step))
  for (let n = 0; n < result.length; n++) {
    const centre = n * step
    let sum = 0
    for (let k = Math.max(0, Math.ceil(centre - reach)); k <= Math.min(samples.length - 1, Math.floor(centre + reach)); k++) {
      const x = (k - centre) * cutoff
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
      sum += (samples[k] ?? 0) * sinc * (0.5 + 0.5 * Math.cos(Math.PI * x / TAPS)) * cutoff
    }
    result[n] = Math.max(-32768, Math.min(32767, Math.round(sum)))
  }
  return result
}
