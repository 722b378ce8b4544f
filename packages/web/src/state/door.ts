/** All that the app wants from outside itself: a messenger, and what opens, makes and ends one in this browser. */
import type { CallId, Messenger, NodeError } from '@sotto/node'
import type { PageStreams } from '@sotto/node/media'

export interface OpenedMessenger {
  readonly messenger: Messenger
  /** the node runs in this tab, in another one, or is being handed over */
  readonly role: 'leader' | 'follower' | 'waiting'
  onRole: (listener: (role: 'leader' | 'follower' | 'waiting') => void) => void
  /** another tab erased the profile */
  onErased: (listener: () => void) => void
  /** the node cannot go on */
  onFailed: (listener: (error: NodeError) => void) => void
  /** what to show and hear of a call, where it is had in this tab */
  streams: (call: CallId) => PageStreams | undefined
  close: () => Promise<void>
}

/** An empty passphrase: the browser keeps the key. */
export interface Making { passphrase: string }

export interface Door {
  exists: () => Promise<boolean>
  /** @returns the recovery phrase */
  create: (init: Making & { name: string, onProgress: (line: string) => void }) => Promise<string>
  restore: (init: Making & { phrase: string, name: string, onProgress: (line: string) => void }) => Promise<void>
  /** Becomes a device of the identity behind a pairing code. */
  join: (init: Making & { code: string, onProgress: (line: string) => void }) => Promise<void>
  open: (init: { askPassphrase: (wrong: boolean) => Promise<string>, onProgress: (line: string) => void }) => Promise<OpenedMessenger>
  /** Everything of this profile in this browser. The messenger must be closed. */
  erase: () => Promise<void>
}
