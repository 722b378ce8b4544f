/** One profile for each test, and verbs run on it with test actors behind the door. */
import { join } from 'node:path'
import { expect } from 'chai'
import { BOB, DEVICE } from './actor.ts'
import { actorDoor } from './door.ts'
import { temporaryDirectory } from './profile.ts'
import { sotto } from './world.ts'
import type { Actor, ActorInit } from './actor.ts'
import type { Ran, TestWorldInit } from './world.ts'

export type AsInit = TestWorldInit & { behaviour?: ActorInit, arrange?: (actor: Actor) => void }

export interface Stage {
  profile: string
  as: (argv: string[], init?: AsInit) => Promise<Ran>
  initialise: () => Promise<void>
}

export function withBob (actor: Actor): void {
  actor.contactsByName.set('bob', { id: BOB, name: 'bob', profileName: 'Bobby', note: '', state: 'accepted', verified: false, blocked: false, devicesChanged: false, devices: [DEVICE] })
}

/** Call it in a `describe`. */
export function stage (): Stage {
  let remove: () => void
  const scene: Stage = {
    profile: '',
    async as (argv, init = {}) {
      const { behaviour, arrange, ...rest } = init
      return await sotto(['--profile', scene.profile, ...argv], { door: actorDoor(behaviour, arrange ?? withBob), ...rest })
    },
    async initialise () { expect((await scene.as(['init'])).code).to.equal(0) }
  }
  beforeEach(() => {
    const directory = temporaryDirectory()
    scene.profile = join(directory.path, 'profile')
    remove = directory.remove
  })
  afterEach(() => { remove() })
  return scene
}
