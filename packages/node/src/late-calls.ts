/** Calls, and the server that tells callers how they are seen, where they are wanted: neither is loaded before. */
import { LateCalls } from './calls/late.ts'
import type { CallsHostComponents, openStun } from './calls-host.ts'

export function createLateCalls (components: CallsHostComponents): LateCalls {
  return new LateCalls(components.logger, async () => (await import('./calls-host.ts')).createCalls(components))
}

export async function openLateStun (...[components, wanted, loopbackOnly]: Parameters<typeof openStun>): ReturnType<typeof openStun> {
  return wanted ? (await import('./calls-host.ts')).openStun(components, wanted, loopbackOnly) : undefined
}
