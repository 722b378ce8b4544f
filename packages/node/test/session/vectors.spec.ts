import { hexToBytes } from '@noble/hashes/utils.js'
import { expect } from 'chai'
import { fromString } from 'uint8arrays/from-string'
import vectors from '../../../../protocols/session/vectors.json' with { type: 'json' }
import { decodeSession, joinSession } from '../../src/session/index.ts'
import { pathToTip } from '../../src/session/fork-choice.machine.ts'
import { encodeNote } from '../../src/session/guards.ts'
import { SESSION_SUITE, loadSuite } from '../../src/session/provider.ts'
import { startRatchet, turnTo } from '../../src/session/ratchet.ts'
import { branchOf } from '../../src/session/state.ts'
import { hexOf, read } from './people.ts'
import type { CommitKind, ForkNode } from '../../src/session/fork-choice.machine.ts'
import type { Session } from '../../src/session/index.ts'

function bytes (text: string): Uint8Array { return fromString(text, 'base64pad') }

describe('vectors of protocols/session', () => {
  it('SES-10: the name of a state', () => {
    const keySchedule = { epochAuthenticator: hexToBytes(vectors.branch.epochAuthenticator) }
    expect(hexOf(branchOf({ keySchedule } as never))).to.equal(vectors.branch.branch)
  })

  it('SES-8: keys of a ratchet', async () => {
    const suite = await loadSuite(SESSION_SUITE)
    for (const { generation, key, nonce } of vectors.ratchet.keys) {
      const turn = await turnTo(startRatchet(hexToBytes(vectors.ratchet.secret)), generation, suite)
      expect(turn.kind === 'key' && [hexOf(turn.key.key), hexOf(turn.key.nonce)]).to.deep.equal([key, nonce])
    }
  })

  it('SES-7: the note of a commit', () => {
    expect(hexOf(encodeNote(vectors.note.revocations.map(hexToBytes)))).to.equal(vectors.note.note)
  })

  for (const { why, root, tip, commits } of vectors.forks) {
    it(`SES-13: ${why}`, () => {
      const nodes = new Map<string, ForkNode>([[root, { key: root, parent: undefined, epoch: 0, facts: undefined }]])
      for (const { key, parent, committer, kind, privileged, rank, revoked } of commits) {
        nodes.set(key, { key, parent, epoch: nodes.get(parent)!.epoch + 1, facts: { committer, kind: kind as CommitKind, privileged, rank, revoked } })
      }
      expect(pathToTip(nodes, root).at(-1)).to.equal(tip)
    })
  }

  it('SES-17: a recorded Welcome, messages, commit and stored session open', async () => {
    const { now, identities, leafSeed, credential, keyPackage, privatePackage, welcome, stored, steps } = vectors.session
    const own = { leafSeed: bytes(leafSeed), credential: bytes(credential) }
    const clock = { now: () => now }
    const joined = await joinSession({ own, welcome: bytes(welcome), keyPackages: [{ publicPackage: bytes(keyPackage), privatePackage: bytes(privatePackage) }], identities: identities.map(bytes), now, clock })
    const play = async (session: Session): Promise<void> => {
      for (const { message, branch, plaintext } of steps) expect(read(await session.open(bytes(message), bytes(branch)))).to.equal(plaintext ?? 'commit')
    }
    await play(joined.session)
    const encoded = { head: bytes(stored.head), states: new Map(stored.states.map(({ branch, state }) => [branch, bytes(state)])) }
    await play(await decodeSession(encoded, { own, clock }))
  })
})
