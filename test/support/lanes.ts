/** Which test file runs in which lane. */

/** Seconds that a file is taken to need before anybody measured it. */
const UNKNOWN_SECONDS = 5

/**
 * Files of one of these must not run at the same time: what they need there is only once on a machine, or they measure it.
 * A file that matches is in the first lane.
 */
const ALONE = [/^test\/scenario\/(chat|nat)\.spec\.ts$/, /^test\/browser\//]

/**
 * Lanes that take about the same time: the longest file first, each into the lane that is least full. Every second lane runs
 * the other way round, so that the longest, which keep a machine busy, stand beside the shortest. A file is in one lane, once.
 */
export function lanesOf (files: readonly string[], seconds: Readonly<Record<string, number>>, count: number): string[][] {
  const lanes = Array.from({ length: count }, () => ({ files: new Array<string>(), seconds: 0 }))
  const cost = (file: string): number => seconds[file] ?? UNKNOWN_SECONDS
  const alone = (file: string): boolean => ALONE.some(pattern => pattern.test(file))
  const sorted = [...new Set(files)].sort((a, b) => Number(alone(b)) - Number(alone(a)) || cost(b) - cost(a) || (a < b ? -1 : 1))
  for (const file of sorted) {
    const [first] = lanes
    const lane = alone(file) ? first : lanes.reduce((least, lane) => lane.seconds < least.seconds ? lane : least)
    lane?.files.push(file)
    if (lane !== undefined) lane.seconds += cost(file)
  }
  return lanes.map(({ files }, at) => at % 2 === 0 ? files : files.reverse()).filter(files => files.length > 0)
}
