import { expect } from 'chai'
import { TypedEventEmitter } from 'main-event'
import { equals } from 'uint8arrays/equals'
import { directConversation } from '@sotto/protocols/message'
import { seekSilent, serveWhenReached } from '../src/wiring.ts'
import type { MailboxServer } from '../src/mailbox/index.ts'
import type { NetworkEvents, Reachability } from '../src/network/index.ts'
import type { DirectoryEvents } from '../src/directory/index.ts'
import type { PeerPlace } from '../src/network/index.ts'
import type { SeekingParts, ServingParts } from '../src/wiring.ts'

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

describe('a contact of whom no device answers', () => {
  const own = { identity: new Uint8Array(32).fill(1) }
  const bob = new Uint8Array(32).fill(2)
  const devices = [{ own: false, place: { peerId: 'phone', addresses: ['/old'] } }, { own: false, place: { peerId: 'laptop', addresses: ['/old'] } }, { own: true, place: { peerId: 'mine', addresses: [] } }]
  const directory = Object.assign(new TypedEventEmitter<DirectoryEvents>(), { silentSince: (_: Uint8Array): number | undefined => undefined })
  const away = new Map<string, number>()
  const tried: PeerPlace[] = []
  const channel = { state: {} }
  const delivery = {
    current: (id: Uint8Array) => equals(id, directConversation(own.identity, bob)) ? channel : undefined,
    routes: () => ({ devices }),
    links: { awaySince: (peerId: string) => away.get(peerId), tryAt: (place: PeerPlace) => { tried.push(place) } }
  }
  seekSilent({ own, directory, delivery } as unknown as SeekingParts)

  it('DIR-13: is silent since the last of them went, and not while one is there', () => {
    expect(directory.silentSince(bob)).to.equal(undefined)
    away.set('phone', 1000)
    expect(directory.silentSince(bob)).to.equal(undefined)
    away.set('laptop', 2000)
    expect(directory.silentSince(bob)).to.equal(2000)
    expect(directory.silentSince(new Uint8Array(32).fill(3)), 'nobody that we talk to').to.equal(undefined)
  })

  it('DIR-13: is tried where their record says, of those devices only that they announced', () => {
    const places = [{ peerId: 'phone', addresses: ['/new'] }, { peerId: 'somebody', addresses: ['/new'] }, { peerId: 'mine', addresses: ['/new'] }]
    directory.dispatchEvent(new CustomEvent('resolve', { detail: { identity: bob, found: { inbox: { places } } } }))
    directory.dispatchEvent(new CustomEvent('resolve', { detail: { identity: bob, found: undefined } }))
    expect(tried).to.deep.equal([places[0]])
  })
})
