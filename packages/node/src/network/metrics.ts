/** libp2p's own counters as Prometheus text, in a registry of their own. Reached as `#metrics`, since a page has none. */
import { prometheusMetrics } from '@libp2p/prometheus-metrics'
import { Registry } from 'prom-client'
import type { Libp2pOptions } from 'libp2p'

export interface HostMetrics {
  service: NonNullable<Libp2pOptions['metrics']>
  /** Prometheus text exposition format 0.0.4 */
  text (): Promise<string>
}

/** One for each process: the library keeps its metrics in a table of the module. */
export async function createMetrics (): Promise<HostMetrics> {
  const registry = new Registry()
  return {
    service: prometheusMetrics({ registry, collectDefaultMetrics: false }),
    text: async () => registry.metrics()
  }
}
