import { Announcement } from '@sotto/protocols/session'
import { expect } from 'chai'
import { keepPlace, encodeAddresses } from '../../src/delivery/places.ts'
import { newChannelRecord } from '../../src/delivery/channel-record.ts'
import { routesOf } from '../../src/delivery/routes.ts'
import { ROLE_LINKED, ROLE_PRIMARY, issueCertificate, issueCredential } from '../../src/identity/certificate.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { formatPeerId } from '../../src/network/peer-id.ts'

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

interface Device { peerId: string, place: { peerId: string, addresses: string[] }, certificate: Uint8Array }

async function device (identitySeed: Uint8Array, role: number, port: number): Promise<Device> {
  const peerKey = publicKeyOf(randomSeed())
  const peerId = formatPeerId(peerKey)
  const credential = await issueCredential(identitySeed, publicKeyOf(randomSeed()), role)
  return { peerId, place: { peerId, addresses: [`/ip4/127.0.0.1/tcp/${port}`] }, certificate: await issueCertificate(identitySeed, credential, peerKey, 1, Date.now()) }
}

function announce ({ certificate, place }: Device, mailboxes: readonly Device[]): Uint8Array {
  return Announcement.encode({
    revision: 1,
    direct: [{ certificate, queue: random(16), wrapKey: random(32), addresses: encodeAddresses(place) }],
    queues: mailboxes.map(({ place }) => ({ addresses: encodeAddresses(place), queue: random(16), writeSeed: random(32), wrapKey: random(32) })),
    grant: new Uint8Array(0),
    grantAddresses: [],
    stun: []
  })
}

describe('routes to a contact', () => {
  it('ENV-8: mail for bob goes also to the mailbox that alice\'s node keeps for him, from her other device; a device is no mailbox of its own', async () => {
    const [alice, bob, friend] = [randomSeed(), randomSeed(), randomSeed()]
    const node = await device(alice, ROLE_PRIMARY, 4001)
    const tab = await device(alice, ROLE_LINKED, 4002)
    const home = await device(bob, ROLE_PRIMARY, 4003)
    const helper = await device(friend, ROLE_PRIMARY, 4004)
    const record = newChannelRecord(random(32), publicKeyOf(bob))
    await keepPlace(record, announce(node, []))
    await keepPlace(record, announce(home, [node, helper, home]))

    const fromTab = await routesOf(record, tab.peerId)
    expect(fromTab.devices.map(({ place, own }) => [place.peerId, own])).to.deep.equal([[node.peerId, true], [home.peerId, false]])
    expect(fromTab.mailboxes.map(({ mailbox }) => mailbox.peerId)).to.deep.equal([node.peerId, helper.peerId])

    // a copy on the node itself would survive nothing that its outbox does not
    const fromNode = await routesOf(record, node.peerId)
    expect(fromNode.mailboxes.map(({ mailbox }) => mailbox.peerId)).to.deep.equal([helper.peerId])
  })
})
