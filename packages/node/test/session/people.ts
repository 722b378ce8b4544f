/** Alice, Bob and their devices, for the tests of sessions. */
import { bytesToHex } from '@noble/hashes/utils.js'
import { concat } from 'uint8arrays/concat'
import { createKeyPackage, createSession, decodeSession, joinSession } from '../../src/session/create-session.ts'
import { CLASSICAL_SUITE } from '../../src/session/provider.ts'
import { ROLE_PRIMARY, deviceIdOf, issueCredential } from '../../src/identity/certificate.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import type { KeyPackagePair, Opened, OwnLeaf, Sealed, Session } from '../../src/session/index.ts'
import type { SuiteName } from '../../src/session/provider.ts'

export const START = 1_760_000_000_000
export const DAY = 24 * 60 * 60 * 1000

/** A clock that stands until it is moved. */
export class HandClock {
  time = START
  now (): number { return this.time }
  move (ms: number): void { this.time += ms }
}

export interface Person { seed: Uint8Array, id: Uint8Array }
export interface Device extends OwnLeaf { person: Person, device: Uint8Array }

export function person (): Person {
  const seed = randomSeed()
  return { seed, id: publicKeyOf(seed) }
}

export async function device (owner: Person): Promise<Device> {
  const leafSeed = randomSeed()
  const leafKey = publicKeyOf(leafSeed)
  return { person: owner, leafSeed, device: deviceIdOf(leafKey), credential: await issueCredential(owner.seed, leafKey, ROLE_PRIMARY) }
}

export function text (value: string): Uint8Array { return new TextEncoder().encode(value) }
export function read (opened: Opened): string {
  return opened.kind === 'message' ? new TextDecoder().decode(opened.plaintext) : opened.kind
}

export const hexOf = bytesToHex

export function keyPackage (own: Device, now: number = START, suite: SuiteName = CLASSICAL_SUITE): Promise<KeyPackagePair> {
  return createKeyPackage({ own, now }, suite)
}

export interface Group { sessions: Session[], devices: Device[], clock: HandClock, welcome: Uint8Array, identities: Uint8Array[] }

/** A session of these devices, made by the first, entered by the others. */
export async function group (devices: Device[], suite: SuiteName = CLASSICAL_SUITE, extra: Person[] = []): Promise<Group> {
  const clock = new HandClock()
  const identities = [...new Set([...devices.map(each => each.person), ...extra])].map(each => each.id)
  const [maker, ...others] = devices
  const pairs = await Promise.all(others.map(each => keyPackage(each, clock.time, suite)))
  const made = await createSession({ own: maker!, groupId: crypto.getRandomValues(new Uint8Array(32)), keyPackages: pairs.map(pair => pair.publicPackage), identities, now: clock.time, clock }, suite)
  const sessions = [made.session]
  for (const [index, own] of others.entries()) {
    sessions.push((await joinSession({ own, welcome: made.welcome!, keyPackages: [pairs[index]!], identities, now: clock.time, clock }, suite)).session)
  }
  return { sessions, devices, clock, welcome: made.welcome ?? new Uint8Array(), identities }
}

export async function joinWith (own: Device, pair: KeyPackagePair, welcome: Uint8Array, of: Group, suite: SuiteName = CLASSICAL_SUITE): Promise<Session> {
  return (await joinSession({ own, welcome, keyPackages: [pair], identities: of.identities, now: of.clock.time, clock: of.clock }, suite)).session
}

/** All of a stored session, in one piece. */
export function packed (session: Session): Uint8Array {
  const { head, states } = session.encode()
  return concat([head, ...states.values()])
}

/** The session as it would be after a restart. */
export function restart (session: Session, own: Device, of: Group, suite: SuiteName = CLASSICAL_SUITE): Promise<Session> {
  return decodeSession(session.encode(), { own, clock: of.clock }, suite)
}

export function deliver (sealed: Sealed, to: Session): Promise<Opened> {
  return to.open(sealed.message, sealed.branch)
}
