/** A page has nobody to serve numbers to. */
import type { HostMetrics } from './metrics.ts'

export async function createMetrics (): Promise<HostMetrics | undefined> {
  return undefined
}
