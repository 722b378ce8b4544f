/** The command line as a real process, with test actors behind it. */
import { main } from '../../src/process.ts'
import { actorDoor } from './door.ts'

await main(async () => actorDoor(JSON.parse(process.env.ACTOR ?? '{}') as Parameters<typeof actorDoor>[0]))
