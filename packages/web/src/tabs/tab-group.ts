/** The tabs of one browser, and which of them leads. */
import { createNode } from '@sotto/node'
import type { SottoNode } from '@sotto/node'
import type { Tabs, TabsEvents, TabsInit } from './index.ts'

export class TabGroup implements Tabs {
  readonly role = 'leader'
  readonly #node: SottoNode
  readonly #events = new EventTarget()

  constructor (node: SottoNode) {
    this.#node = node
  }

  static async open (init: TabsInit): Promise<Tabs> {
    return new TabGroup(await createNode({ ...init.node, profile: init.profile, signal: init.signal }))
  }

  get messenger (): SottoNode {
    return this.#node
  }

  addresses (): string[] {
    return this.#node.addresses()
  }

  addEventListener<K extends keyof TabsEvents> (type: K, listener: (event: TabsEvents[K]) => void, options?: AddEventListenerOptions): void {
    this.#events.addEventListener(type, listener as (event: Event) => void, options)
  }

  removeEventListener<K extends keyof TabsEvents> (type: K, listener: (event: TabsEvents[K]) => void): void {
    this.#events.removeEventListener(type, listener as (event: Event) => void)
  }

  async close (): Promise<void> {
    await this.#node.stop()
  }
}
