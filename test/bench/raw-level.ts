/** The database itself, without seal or structure: the floor of whatever reads the history. */
import { Level } from 'level'

export async function classicLevel (location: string, values: readonly string[]): Promise<{ last: (count: number) => Promise<void>, close: () => Promise<void> }> {
  const database = new Level(location)
  for (let n = 0; n < values.length; n += 1000) {
    await database.batch(values.slice(n, n + 1000).map((value, at) => ({ type: 'put' as const, key: String(n + at).padStart(12, '0'), value })))
  }
  return {
    last: async count => { await database.values({ reverse: true, limit: count }).all() },
    close: async () => database.close()
  }
}
