/** Loggers for libp2p that say nothing: its own lines name peers and addresses, which ours never do. */
import type { ComponentLogger, Logger as Libp2pLogger } from '@libp2p/interface'

function nothing (): void {}

function quietLogger (): Libp2pLogger {
  const log = Object.assign(() => {}, { enabled: false, error: nothing, trace: nothing, newScope: () => log }) as Libp2pLogger
  return log
}

export function quiet (): ComponentLogger {
  const log = quietLogger()
  return { forComponent: () => log }
}
