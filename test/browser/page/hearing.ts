/** What a page hears and sees of a call, measured. */
import { PATIENCE_MS, patiently } from '../../support/patience.ts'
import type { CallId } from '@sotto/node'
import type { Tabs } from '../../../packages/web/src/tabs/index.ts'

/** Below this (decibels of full scale) it is silence. */
const SILENCE_DB = -50
const FFT_SIZE = 8192

/** The loudest frequency of the other side, or of the one at that place among several, as soon as one is clearly there. */
export async function hear (tabs: Tabs, call: CallId, at = 0): Promise<{ hz: number, decibels: number }> {
  const streams = tabs.streams(call)
  const remote = at === 0 ? streams?.remote : streams?.people?.[at]?.remote
  if (remote === undefined) throw new Error('no such call in this tab')
  const element = document.createElement('audio')
  element.srcObject = remote // only what is played is decoded
  await patiently('something to hear', element.play())
  const context = new AudioContext()
  try {
    const analyser = context.createAnalyser()
    analyser.fftSize = FFT_SIZE
    context.createMediaStreamSource(remote).connect(analyser)
    const bins = new Float32Array(analyser.frequencyBinCount)
    const deadline = performance.now() + PATIENCE_MS
    let last = -1
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, FFT_SIZE / context.sampleRate * 1000))
      analyser.getFloatFrequencyData(bins)
      const at = bins.reduce((best, level, n) => level > (bins[best] ?? -Infinity) ? n : best, 0)
      const decibels = bins[at] ?? -Infinity
      // twice the same: no click, and no echo of the beginning
      if (decibels > SILENCE_DB && at === last) return { hz: at * context.sampleRate / FFT_SIZE, decibels }
      if (performance.now() > deadline) throw new Error(`nothing is heard: ${decibels} dB at ${at * context.sampleRate / FFT_SIZE} Hz`)
      last = at
    }
  } finally {
    await context.close()
    element.srcObject = null
  }
}

/** The size of the picture of the other side, once there is one. */
export async function see (tabs: Tabs, call: CallId): Promise<{ width: number, height: number }> {
  const element = document.createElement('video')
  element.muted = true
  element.srcObject = tabs.streams(call)?.remote ?? null
  try {
    element.play().catch(() => {}) // it begins when there is something to play
    while (element.videoWidth === 0) await patiently('something to see', new Promise(resolve => { element.addEventListener('resize', resolve, { once: true }) }))
    return { width: element.videoWidth, height: element.videoHeight }
  } finally {
    element.srcObject = null
  }
}
