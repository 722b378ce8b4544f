/** What the door offers and a run seldom asks for: loaded then. */
import { later } from './late.ts'
import type { Finding } from './api.ts'
import type { JoinInit, ProfileJoined } from './devices/join-profile.ts'
import type { ExamineInit } from './diagnosis/examine.ts'

const joining = later(async () => import('./devices/join-profile.ts'))
const examining = later(async () => import('./diagnosis/examine.ts'))

export async function joinProfile (init: JoinInit): Promise<ProfileJoined> {
  return (await joining()).joinProfile(init)
}

export async function examine (init: ExamineInit): Promise<Finding[]> {
  return (await examining()).examine(init)
}
