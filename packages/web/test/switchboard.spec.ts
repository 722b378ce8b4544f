import { expect } from 'chai'
import { LeaderGone, LocalBackend } from '../src/tabs/backend.ts'
import { Switchboard } from '../src/tabs/switchboard.ts'
import type { Backend } from '../src/tabs/backend.ts'
import type { Messenger } from '@sotto/node'

function node (code: string, ends = false): Messenger {
  const parts = {
    devices: {
      link: async function * () {
        yield { state: 'waiting', code, expires: 1 }
        if (ends) throw new LeaderGone()
        yield { state: 'done', device: 'ab' }
      }
    }
  }
  return parts as unknown as Messenger
}

describe('the messenger of a tab', () => {
  it('follows the pairing of a device step by step; the next leader shows a code of its own', async () => {
    const switchboard = new Switchboard()
    const first: Backend = new LocalBackend(node('one', true))
    const second: Backend = new LocalBackend(node('two'))
    switchboard.use(first)
    const seen: string[] = []
    for await (const step of switchboard.messenger.devices.link()) {
      seen.push(step.state === 'waiting' ? step.code : step.state)
      switchboard.use(second)
    }
    expect(seen).to.deep.equal(['one', 'two', 'done'])
    switchboard.close()
  })
})
