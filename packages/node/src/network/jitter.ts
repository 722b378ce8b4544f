/** Half to the whole of a pause, ms, by chance: a crowd that lost the same peer does not come back in one moment. */
export function jittered (ms: number): number {
  return ms * (0.5 + (crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) / 512)
}
