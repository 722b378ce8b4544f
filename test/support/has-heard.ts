/** What a terminal takes in of a call, for what is recorded of it. */
import { eventually } from './actors.ts'
import { PATIENCE_MS } from './patience.ts'
import type { Person } from './actors.ts'
import type { CallId } from '@sotto/node'

/** Packets of a second: each carries 20 ms. */
const PACKETS = 50

/** Resolves when everybody in the call was heard for so long: that one hears the others says nothing of whether they hear that one yet. */
export async function hasHeard (person: Person, call: CallId, seconds = 1): Promise<void> {
  await eventually(person, `${person.name} to hear everybody`, PATIENCE_MS, async ({ calls }) => (await calls.list()).some(({ id, participants }) => id === call && participants.every(({ stats }) => (stats?.packets ?? 0) >= PACKETS * seconds)) || undefined)
}
