/** A node that keeps no mail for others, as every page: nothing of the server is loaded, unless what it gave before is asked for. */
import { UsageError } from '../errors.ts'
import type { GrantView, MailboxServer } from './index.ts'
import type { MailboxServerInit, ServerComponents } from './server.ts'

class NoMailboxServer implements MailboxServer {
  readonly mode = 'off'
  readonly #real: () => Promise<MailboxServer>

  constructor (real: () => Promise<MailboxServer>) {
    this.#real = real
  }

  volunteer (): void {}
  usage (): { used: number, limit: number, queues: number, items: number } { return { used: 0, limit: 0, queues: 0, items: 0 } }
  async grants (): Promise<GrantView[]> { return (await this.#real()).grants() }
  async grant (): Promise<Uint8Array> { throw new UsageError('NOT_RUNNING', 'this node keeps no mailbox', { hint: 'start it with --mailbox contacts' }) }
  async revoke (identity: Uint8Array): Promise<void> { await (await this.#real()).revoke(identity) }
  async isGranted (): Promise<boolean> { return false }
  async start (): Promise<void> {}
  async stop (): Promise<void> {}
}

/** The mailbox that this node keeps for others, or none: `lean` where its code is dear and it serves nobody. */
export async function openMailboxServer (components: ServerComponents, init: MailboxServerInit, lean: boolean): Promise<MailboxServer> {
  const real = async (): Promise<MailboxServer> => (await import('./server.ts')).createMailboxServer(components, init)
  return lean && init.mode === 'off' ? new NoMailboxServer(real) : real()
}
