import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createNode, initProfile } from '../../src/index.ts'
import type { SottoNode } from '../../src/index.ts'

describe('a running node tells how it is', function () {
  this.timeout(120_000)
  let directory: string
  const nodes: SottoNode[] = []

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sotto-'))
    for (const name of ['alice', 'bob']) {
      const profile = join(directory, name)
      await initProfile({ profile, name })
      nodes.push(await createNode({ profile, network: 'local', listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: nodes[0]?.addresses() ?? [], resident: name === 'alice', metrics: name === 'alice', webHost: name === 'bob' ? 'https://chat.example/talk' : undefined }))
    }
    const [alice, bob] = nodes
    const live = bob?.events({ since: '0' })
    await alice?.contacts.add((await bob?.self())?.webLink ?? '', { name: 'robert' })
    for await (const event of live ?? []) if (event.event === 'request') break
    await bob?.requests.accept('alice')
    const { message } = await alice?.conversations.send('robert', { text: 'hello' }) ?? {}
    if (message !== undefined) await alice?.conversations.wait(message, 'delivered', { signal: AbortSignal.timeout(60_000) })
  })

  after(async () => {
    await Promise.all(nodes.map(async node => { await node.stop() }))
    await rm(directory, { recursive: true })
  })

  it('IDN-12: in its link, which goes through a page too where one was named, and brings whoever has it', async () => {
    const [alice, bob] = nodes
    const self = await bob?.self()
    expect(self?.webLink).to.equal(self?.link.replace('sotto:', 'https://chat.example/talk/#'))
    expect(await alice?.self()).not.to.have.property('webLink')
    expect((await alice?.contacts.list())?.map(({ name }) => name)).to.deep.equal(['robert'])
  })

  it('in findings: names to its owner, and nobody where it is asked to be discreet', async () => {
    const [alice] = nodes
    const told = JSON.stringify(await alice?.doctor())
    expect(told).to.include('robert').and.to.include('1 connected directly')
    const discreet = await alice?.doctor({ discreet: true }) ?? []
    expect(discreet.map(({ code }) => code)).to.include.members(['running', 'contacts', 'disk', 'clock'])
    expect(JSON.stringify(discreet)).not.to.match(/robert|sotto1|12D3KooW/).and.not.to.include(directory)
  })

  it('in numbers, its own and those of libp2p, which name nobody', async () => {
    const [alice, bob] = nodes
    const text = await alice?.metrics() ?? ''
    expect(text).to.match(/^sotto_entries_delivered_total [1-9]/m).and.to.match(/^libp2p_data_transfer_bytes_total\{[^}]+\} \d+/m)
    for (const secret of ['robert', 'alice', 'sotto1', '12D3KooW', bob?.peerId ?? '', bob?.device ?? '']) expect(text).not.to.include(secret)
    expect(await bob?.metrics(), 'not asked to count for libp2p').to.match(/^sotto_uptime/m).and.not.to.include('libp2p_')
  })

  it('in the status: how peers are connected, and the room on the disk', async () => {
    const status = await nodes[0]?.status()
    // beside the other: throw-away PeerIds, by which it reads its mailbox here
    expect(status?.direct).to.be.at.least(1).and.to.equal(status?.peers)
    expect(status?.relayed).to.equal(0)
    expect(status?.diskFree).to.be.above(0)
    expect(status?.advice.join(' ')).to.match(/this computer only/)
  })
})
