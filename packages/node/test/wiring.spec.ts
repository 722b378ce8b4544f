import { expect } from 'chai'
import { TypedEventEmitter } from 'main-event'
import { serveWhenReached } from '../src/wiring.ts'
import type { MailboxServer } from '../src/mailbox/index.ts'
import type { NetworkEvents, Reachability } from '../src/network/index.ts'
import type { ServingParts } from '../src/wiring.ts'

/** What is believed of a node's reachability, moved by hand. */
class Belief extends TypedEventEmitter<NetworkEvents> {
  reachability: Reachability = 'lan'

  becomes (reachability: Reachability): void {
    this.reachability = reachability
    this.safeDispatchEvent('reachability:change', { detail: { reachability } })
  }
}

describe('a personal node that becomes reachable', () => {
  const stage = (mode: MailboxServer['mode'], auto: boolean, at: Reachability = 'lan'): { network: Belief, did: string[] } => {
    const network = new Belief()
    network.reachability = at
    const did: string[] = []
    const mailbox = { mode, volunteer: () => { did.push('mailbox') } }
    serveWhenReached({ network, mailbox, inboxServer: { volunteer: () => { did.push('inbox') } }, directory: { offer: () => { did.push('offer') } } } as unknown as ServingParts, auto)
    return { network, did }
  }

  it('serves strangers from then on, and says so where they look; not before, and it stays', () => {
    const { network, did } = stage('contacts', true)
    network.becomes('unknown')
    expect(did).to.not.include('mailbox')
    did.length = 0
    network.becomes('public')
    expect(did).to.deep.equal(['mailbox', 'inbox', 'offer'])
    did.length = 0
    network.becomes('lan')
    expect(did).to.deep.equal(['offer'])
  })

  it('serves whom it was told to, however reachable it is', () => {
    const { network, did } = stage('contacts', false)
    network.becomes('public')
    expect(did).to.not.include('mailbox').and.not.include('inbox')
  })

  it('serves them at once where it was reachable before anybody listened', () => {
    expect(stage('contacts', true, 'public').did).to.include.members(['mailbox', 'inbox'])
  })
})
