/** The ports that a part may ask for. A part takes a narrow `Pick` of these as its `Components`. */
import type { Network } from './network/index.ts'
import type { Store } from './store/index.ts'

/** Time as a component: tests move it. */
export interface Clock {
  /** Unix milliseconds */
  now (): number
  /** Calls `run` once after `ms`, unless the returned function is called first. Never keeps a process alive. */
  after (ms: number, run: () => void): () => void
}

/** Hears what others signed about the time: whether our own clock is right. */
export interface ClockWitness {
  /** @param peer who said it, proved @param time Unix milliseconds, just now by their clock */
  saw (peer: string, time: number): void
}

/** Scoped, content-free log: no plaintext, keys, or who-talks-to-whom at any level. */
export interface Logger {
  (message: string, ...args: unknown[]): void
  error (message: string, ...args: unknown[]): void
  scope (name: string): Logger
}

/** The keys and certificates of this device, as opened from the profile. */
export interface OwnDevice {
  /** 32 bytes */
  identity: Uint8Array
  /** 16 bytes */
  device: Uint8Array
  leafSeed: Uint8Array
  peerSeed: Uint8Array
  /** encoded Signed<CredentialBody> */
  credential: Uint8Array
  /** encoded Signed<CertificateBody> */
  certificate: Uint8Array
  /** only on a primary device */
  identitySeed: Uint8Array | undefined
  /** SHA-256 of the recovery public key */
  recoveryHash: Uint8Array
  name: string
}

export interface Components {
  clock: Clock
  clocks?: ClockWitness
  logger: Logger
  store: Store
  network: Network
  own: OwnDevice
}
