/**
 * Notices that this machine moved: addresses of its interfaces came or went. Nothing tells a program so; looking is cheap.
 */
import { platform } from '#platform'
import { INTERFACE_POLL_MS } from '../config.ts'
import type { Subnet } from './addresses.ts'
import type { Clock } from '../components.ts'

/** Looks until `running` aborts. `gained`: there is an address that was not there before. */
export function watchInterfaces (clock: Clock, running: AbortSignal, moved: (gained: boolean) => void): void {
  let known = names()
  let cancel = (): void => {}
  const look = (): void => {
    cancel = clock.after(INTERFACE_POLL_MS, () => {
      if (running.aborted) return
      const now = names()
      const gained = [...now].some(name => !known.has(name))
      const changed = gained || now.size !== known.size
      known = now
      if (changed) moved(gained)
      look()
    })
  }
  running.addEventListener('abort', () => { cancel() }, { once: true })
  if (known.size > 0 || platform.name === 'node') look()
}

function names (): Set<string> {
  return new Set(platform.interfaces().map(({ name, address }) => `${name} ${address}`))
}

/** The networks that this machine is part of. */
export function ownSubnets (): Subnet[] {
  return platform.interfaces().map(({ address, bits }) => ({ address, bits }))
}
