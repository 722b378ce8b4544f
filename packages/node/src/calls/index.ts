/**
 * Calls between two people: ring, talk, hang up. Spec: protocols/call.
 *
 * @example
 * const call = await node.calls.start('bob', { audio: 'greeting.wav', record: 'answer.wav' })
 * for await (const event of node.events()) if (event.event === 'call' && event.call.phase === 'ended') break
 */
export { Calls } from './calls.ts'
export { CallMemory } from './memory.ts'
export type { CallsComponents } from './components.ts'
export type { CallHandover, CarriedCall, CarriedState } from './handover.ts'
export type { CallsPart } from './late.ts'
