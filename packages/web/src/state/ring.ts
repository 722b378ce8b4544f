/** Tones made here: nothing is fetched. Quiet, as the name of the app asks. */

type Tone = readonly [hz: number, from: number, seconds: number]
/** somebody calls: two notes up, twice. It rings at the other side: one low note. */
const SONGS = {
  ringing: { every: 3, tones: [[523, 0, 0.35], [784, 0.22, 0.5], [523, 0.9, 0.35], [784, 1.12, 0.6]], level: 0.16 },
  waiting: { every: 4, tones: [[425, 0, 0.9]], level: 0.05 }
} satisfies Record<string, { every: number, tones: readonly Tone[], level: number }>

/** @returns ends it */
export function ring (name: keyof typeof SONGS): () => void {
  const song = SONGS[name]
  if (typeof AudioContext === 'undefined') return () => undefined
  // before the first press in a page it stays silent: browsers want it so, and the notification tells
  const context = new AudioContext()
  const play = (): void => {
    if (context.state !== 'running') return
    for (const [hz, from, seconds] of song.tones) {
      const begin = context.currentTime + from
      const [source, level] = [context.createOscillator(), context.createGain()]
      source.frequency.value = hz
      level.gain.setValueAtTime(0, begin)
      level.gain.linearRampToValueAtTime(song.level, begin + 0.03)
      level.gain.exponentialRampToValueAtTime(0.0001, begin + seconds)
      source.connect(level).connect(context.destination)
      source.start(begin)
      source.stop(begin + seconds)
    }
  }
  const ended = new AbortController()
  const begin = async (): Promise<void> => new Promise(resolve => {
    play()
    const timer = setInterval(play, song.every * 1000)
    ended.signal.addEventListener('abort', () => {
      clearInterval(timer)
      resolve()
    })
  })
  // of several tabs one rings; another when that one is gone
  context.resume().then(async () => navigator.locks.request(`sotto-song:${name}`, { signal: ended.signal }, begin)).catch(() => undefined) // it ended before its turn
  return () => {
    ended.abort()
    context.close().catch(() => undefined)
  }
}
