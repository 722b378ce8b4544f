/** Edit distance with swaps of neighbours (Damerau, optimal string alignment). */
function distance (a: string, b: string): number {
  const rows: number[][] = []
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = [i]
    for (let j = 1; j <= b.length; j++) {
      if (i === 0) { row.push(j); continue }
      const above = rows[i - 1] ?? []
      let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return rows[a.length]?.[b.length] ?? 0
}

/** The candidate that was most likely meant, if any is near. */
export function nearest (word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 40) return undefined
  const lower = word.toLowerCase()
  let best: { word: string, score: number } | undefined
  for (const candidate of candidates) {
    const score = lower.length > 1 && candidate.startsWith(lower) ? 1 : distance(lower, candidate)
    if (score <= Math.max(1, Math.floor(candidate.length / 3)) && (best === undefined || score < best.score)) best = { word: candidate, score }
  }
  return best?.word
}
