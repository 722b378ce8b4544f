import { expect } from 'chai'
import { befriend, say, until, Village } from './people.ts'
import type { Resident } from './people.ts'
import type { NodeEvent } from '@sotto/node'

describe('a profile that was copied, or put back from a backup', function () {
  this.timeout(120_000)
  let village: Village
  let bob: Resident
  let alice: Resident
  let copy: Resident

  beforeEach(async () => {
    village = await Village.open();
    [bob, alice] = await Promise.all(['bob', 'alice'].map(async name => await village.move(name))) as [Resident, Resident]
    await befriend(alice, bob)
    await alice.stop()
    copy = await village.copy(alice, 'copy')
    await copy.start()
    await say(copy, bob, 'from the copy')
    await say(bob, copy, 'I hear you')
  })

  afterEach(async () => { await village.close() })

  /** The warning of the node, once there is one. */
  async function warned (person: Resident): Promise<string> {
    const found: NodeEvent[] = []
    for await (const event of person.node.events({ since: '0', signal: AbortSignal.timeout(60_000) })) {
      if (event.event !== 'warning') continue
      found.push(event)
      break
    }
    const [warning] = found
    if (warning?.event !== 'warning') throw new Error(`${person.name} was not warned`)
    return warning.text
  }

  for (const [when, stops] of [['one after the other', true], ['at once, on two ports', false]] as const) {
    it(`T80: and started twice, ${when}: its owner is warned, and nothing is called delivered that never arrived`, async () => {
      if (stops) await copy.stop()
      await alice.start()
      const { message } = await alice.node.conversations.send(bob.id, { text: 'from the original' })
      expect(await warned(alice)).to.match(/runs in two places/)
      expect(await bob.texts(alice.id)).to.include('from the copy').and.not.include('from the original')
      expect((await alice.node.conversations.delivery(message)).state).to.equal('sealed')
      // said once, not with every message
      for (const text of ['still here', 'and here']) await bob.node.conversations.send(alice.id, { text })
      await until(alice.node, 'a moment', async () => (await alice.node.status()).peers > 0 ? true : undefined)
      const { message: last } = await alice.node.conversations.send(alice.id, { text: 'a note, after all that' })
      const warnings: NodeEvent[] = []
      for await (const event of alice.node.events({ since: '0', signal: AbortSignal.timeout(60_000) })) {
        if (event.event === 'warning') warnings.push(event)
        if (event.event === 'message' && event.message.id === last) break
      }
      expect(warnings).to.have.length(1)
    })
  }
})
