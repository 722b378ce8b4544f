/**
 * What a command may touch of the machine around it. `bin.ts` gives the real one; tests give one that they can look into.
 */
import type { createNode, examine, initProfile, joinProfile, moveProfile, profileExists, restoreProfile } from '@sotto/node'

/** The part of `@sotto/node` that the command line uses beside `Messenger`. Loaded only where a node must run in this process. */
export interface Door {
  createNode: typeof createNode
  examine: typeof examine
  initProfile: typeof initProfile
  restoreProfile: typeof restoreProfile
  moveProfile: typeof moveProfile
  joinProfile: typeof joinProfile
  profileExists: typeof profileExists
}

export interface Sink {
  write (text: string): void
  /** a person looks at it */
  readonly terminal: boolean
  /** width in characters */
  readonly columns: number
}

export interface Source {
  readonly terminal: boolean
  /** Everything up to its end. @throws UsageError BAD_ARGUMENT above `limit` bytes, or where it is no UTF-8 */
  all (limit: number, signal: AbortSignal): Promise<string>
  /** One line from the keyboard; only on a terminal. Without `echo` nothing of it is shown. */
  ask (question: string, options: { echo: boolean, signal: AbortSignal }): Promise<string>
  /** The first line of a pipe. */
  line (limit: number, signal: AbortSignal): Promise<string>
}

export interface Screen { stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream }

export interface World {
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  platform: NodeJS.Platform
  /** the user's home directory */
  home: string
  stdin: Source
  stdout: Sink
  stderr: Sink
  /** the terminal itself, for a verb that takes all of it; nothing where stdin or stdout is none */
  screen (): Screen | undefined
  /** Calls before this process says that it is broken, and ends: a screen is given back first. Returns how to take that back. */
  onCrash (listener: () => void): () => void
  /** aborts on SIGINT, SIGTERM, and when nobody reads stdout any more */
  signal: AbortSignal
  door (): Promise<Door>
  /** the directory of the built page; the checkout's own, built where it is not, unless given */
  site?: (init: { signal: AbortSignal, onProgress: (line: string) => void }) => Promise<string>
  /** starts this same program again: command and leading arguments */
  relaunch: { command: string, args: string[] }
  version: string
  /** Unix ms */
  now (): number
  patience: Patience
}

export interface Patience {
  /** how long a command's own node stays up to hand on what it sealed, ms */
  linger: number
  /** how long to try while the profile is held by a process whose socket does not answer (yet), ms */
  busy: number
  /** how long somebody is called before it is said that nothing rings there, ms */
  ring: number
}

/** cli.md: 10 s to hand on. A node that just starts holds the profile for a second before its socket answers. */
export const PATIENCE: Patience = { linger: 10_000, busy: 3000, ring: 15_000 }
