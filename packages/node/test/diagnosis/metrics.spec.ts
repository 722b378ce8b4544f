import { expect } from 'chai'
import { gauges } from '../../src/diagnosis/metrics.ts'
import { createWatch } from '../../src/diagnosis/watch.ts'
import type { ChannelChange, ChannelState, DeliveryHost } from '../../src/delivery/index.ts'

describe('the numbers of a node', () => {
  it('are text that Prometheus reads: help, type and value of each', () => {
    const text = gauges({
      uptimeMs: 1500,
      outbox: 2,
      direct: 3,
      relayed: 1,
      reachable: 'lan',
      mailboxesWorking: 2,
      mailboxesTroubled: 1,
      kept: { used: 10, limit: 20, queues: 1, items: 4 },
      tally: { received: 5, delivered: 6, stored: 7 },
      directoryReplicas: -1,
      storeBytes: 9,
      diskFree: undefined
    })
    for (const line of text.trimEnd().split('\n')) expect(line).to.match(/^(# (HELP|TYPE) sotto_[a-z_]+ .+|sotto_[a-z_]+(\{[a-z]+="[a-z]+"\})? -?[\d.]+)$/)
    expect(text).to.include('sotto_uptime_seconds 1.5\n').and.to.include('sotto_connected_peers{path="relayed"} 1\n').and.to.include('sotto_reachability{state="lan"} 1\n')
    expect(text).not.to.include('sotto_disk_free_bytes')
    expect(text.match(/^# TYPE \S+ counter$/gm)).to.have.length(3)
  })

  it('count what passes the delivery, and change nothing of it', () => {
    const own = Uint8Array.of(1)
    const passed: unknown[] = []
    const host = { changed: (_state: ChannelState, changes: readonly ChannelChange[]) => { passed.push(changes) }, isBlocked: () => false } as unknown as DeliveryHost
    const watch = createWatch({ now: () => 0, after: () => () => {} }, [])
    const counting = watch.counting(host, own)
    const changes = [
      { change: 'added', entries: [{ author: own, sequence: 1 }, { author: Uint8Array.of(2), sequence: 1 }] },
      { change: 'delivered', from: 1, to: 3 }, { change: 'copied', from: 2, to: 2 }, { change: 'typing', active: true }
    ] as unknown as ChannelChange[]
    counting.changed({} as ChannelState, changes)
    expect(watch.tally).to.deep.equal({ received: 1, delivered: 3, stored: 1 })
    expect(passed).to.deep.equal([changes])
    expect(counting.isBlocked(own)).to.equal(false)
  })
})
