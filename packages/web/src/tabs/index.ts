/**
 * One messenger for all tabs of a browser. The tab that holds the lock of the profile leads: it runs the node. The others
 * offer the same `Messenger` through it. When the leading tab closes or crashes another takes over by itself: calls that
 * were under way are made again (sending carries an id, so that it happens once), and `events` go on after the last cursor.
 *
 * @example
 * if (!await profileExists('default')) await initProfile({ profile: 'default', name: 'Alice' })
 * const tabs = await openMessenger({ profile: 'default', node: { bootstrap } })
 * tabs.addEventListener('role:change', ({ detail }) => show(detail.role))
 * await tabs.messenger.conversations.send('bob', { text: 'hello' })
 * await tabs.close()
 */
import { erase, TabGroup } from './tab-group.ts'
import type { CallId, Messenger, NodeError, NodeInit } from '@sotto/node'
import type { MediaInit, PageStreams } from '@sotto/node/media'

/** leader: the node runs in this tab. follower: in another. waiting: between two leaders, while the next one opens the profile; calls wait. */
export type TabRole = 'leader' | 'follower' | 'waiting'

export interface TabsInit {
  /** name of the profile's database in this browser */
  profile: string
  /** Asked in the tab that is to lead, and only where the profile has a passphrase; asked again with `wrong` after a wrong one. */
  passphrase?: ((wrong: boolean) => Promise<string>) | undefined
  /** how the node starts where this tab leads */
  node?: Pick<NodeInit, 'network' | 'bootstrap' | 'listen' | 'log' | 'onProgress' | 'webHost'> | undefined
  /** microphone and camera for calls that are had in this tab, asked whenever one is taken */
  devices?: MediaInit['devices']
  signal?: AbortSignal | undefined
}

export interface TabsEvents {
  'role:change': CustomEvent<{ role: TabRole }>
  /** This tab led, and its node cannot go on or could not start (a full disk, a passphrase not given): what to tell the person. */
  failed: CustomEvent<{ error: NodeError }>
  /** A tab of this profile erases it; this one has ended its part. */
  erased: CustomEvent<undefined>
}

export interface Tabs {
  /** One object for as long as the tab lives, whoever leads. */
  readonly messenger: Messenger
  readonly role: TabRole
  /** Own multiaddrs of the node, where this tab leads; else empty. */
  addresses (): string[]
  /**
   * What to show and hear of a call that is had in this tab: the same two streams for its whole length, whose tracks come and go. In
   * another tab, and after the call, undefined: sound and pictures stay in the tab in which one called or answered.
   */
  streams (call: CallId): PageStreams | undefined
  addEventListener<K extends keyof TabsEvents> (type: K, listener: (event: TabsEvents[K]) => void, options?: { signal?: AbortSignal, once?: boolean }): void
  removeEventListener<K extends keyof TabsEvents> (type: K, listener: (event: TabsEvents[K]) => void): void
  /** Ends this tab's part: a leader stops its node and hands over. Calls under way reject with NOT_RUNNING. */
  close (): Promise<void>
}

/**
 * Resolves when there is a leader, be it this tab or another. The profile must exist (`profileExists`, `initProfile`,
 * `restoreProfile` of @sotto/node).
 *
 * @throws NodeError as `createNode`, where this tab is the one to lead
 */
export async function openMessenger (init: TabsInit): Promise<Tabs> {
  return TabGroup.open(init)
}

/**
 * Erases a profile and the identity in it for good, whichever tab leads: all of them end first, this one too.
 *
 * @throws StoreError as `removeProfile`
 */
export async function eraseProfile (profile: string): Promise<void> {
  return erase(profile)
}
