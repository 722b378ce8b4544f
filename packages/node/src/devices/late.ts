/**
 * The devices of an identity that has only this one: nothing of the rest is loaded until it is asked to become more.
 *
 * Invariants: what is there has the state of this part (started, stopped); it is made once.
 */
import { NodeError } from '../errors.ts'
import type { CallOptions, DeviceView, PairingView } from '../api.ts'
import type { ChannelChange, ChannelState } from '../delivery/index.ts'
import type { Devices } from './index.ts'

export class LateDevices implements Devices {
  readonly #make: () => Promise<Devices>
  #made: Devices | undefined
  #making: Promise<Devices> | undefined
  #running = false
  #stopped = false

  constructor (make: () => Promise<Devices>) {
    this.#make = make
  }

  get revoked (): boolean { return this.#made?.revoked ?? false }
  primary (): ReturnType<Devices['primary']> { return this.#made?.primary() }
  keepers (): ReturnType<Devices['keepers']> { return this.#made?.keepers() ?? [] }
  certificates (): Uint8Array[] { return this.#made?.certificates() ?? [] }
  heard (state: ChannelState, changes: readonly ChannelChange[]): void { this.#made?.heard(state, changes) }
  factsChanged (): void { this.#made?.factsChanged() }
  async fetched (): Promise<void> { await this.#made?.fetched() }
  async list (): Promise<DeviceView[]> { return (await this.#real()).list() }
  async revoke (who: string): Promise<DeviceView> { return (await this.#real()).revoke(who) }

  async * link (options?: CallOptions & { minutes?: number }): AsyncGenerator<PairingView> {
    yield * (await this.#real()).link(options)
  }

  async start (): Promise<void> {
    this.#running = true
    await this.#made?.start()
  }

  async stop (): Promise<void> {
    this.#stopped = true
    await (await this.#making?.catch(() => undefined))?.stop()
  }

  async #real (): Promise<Devices> {
    this.#making ??= this.#begin().catch((error: unknown) => {
      this.#making = undefined
      throw error
    })
    return this.#making
  }

  async #begin (): Promise<Devices> {
    if (this.#stopped) throw new NodeError('NETWORK_STOPPED', 'this node has stopped')
    const made = this.#made = await this.#make()
    if (this.#running) await made.start()
    return made
  }
}
