/**
 * Making and applying commits (RFC 9420 §12.4). Making is our own over the library's parts: its `createCommit` judges
 * KeyPackages by the system's clock, keeps former epochs, and cannot be told which proposals to refuse.
 */
import { createGroupInfoWithRatchetTree } from 'ts-mls/createCommit.js'
import { applyProposals, nextEpochContext } from 'ts-mls/clientState.js'
import { emptyPskIndex, encodeMlsMessage, processPrivateMessage } from 'ts-mls'
import { createConfirmationTag, createContentCommitSignature } from 'ts-mls/framedContent.js'
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js'
import { initializeEpoch } from 'ts-mls/keySchedule.js'
import { protect, unprotectPrivateMessage } from 'ts-mls/messageProtection.js'
import { getCommitSecret, pathToPathSecrets } from 'ts-mls/pathSecrets.js'
import { mergePrivateKeyPaths, toPrivateKeyPath, updateLeafKey } from 'ts-mls/privateKeyPath.js'
import { createSecretTree } from 'ts-mls/secretTree.js'
import { treeHashRoot } from 'ts-mls/treeHash.js'
import { leafToNodeIndex, leafWidth, toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js'
import { createUpdatePath, firstCommonAncestor } from 'ts-mls/updatePath.js'
import { encryptGroupInfo, encryptGroupSecrets } from 'ts-mls/welcome.js'
import { encodePrivateMessage } from './messages.ts'
import type { AllowedProposal } from './guards.ts'
import type { Suite } from './provider.ts'
import type { ClientState } from 'ts-mls'
import type { ApplyProposalsResult } from 'ts-mls/clientState.js'
import type { Commit } from 'ts-mls/commit.js'
import type { GroupContext } from 'ts-mls/groupContext.js'
import type { KeyPackage } from 'ts-mls/keyPackage.js'
import type { PrivateMessage } from 'ts-mls/privateMessage.js'
import type { RatchetTree } from 'ts-mls/ratchetTree.js'
import type { LeafIndex } from 'ts-mls/treemath.js'
import type { PathSecret } from 'ts-mls/updatePath.js'

export interface MadeCommit {
  state: ClientState
  /** encoded MLSMessage (PrivateMessage) */
  message: Uint8Array
  /** encoded MLSMessage (Welcome), where somebody was added */
  welcome: Uint8Array | undefined
}

interface NewEpoch {
  tree: RatchetTree
  context: GroupContext
  confirmationTag: Uint8Array
  joinerSecret: Uint8Array
  welcomeSecret: Uint8Array
  pathSecrets: PathSecret[]
}

/** Changes nothing of `state`: the new epoch is a new value. */
export async function makeCommit (state: ClientState, proposals: AllowedProposal[], note: Uint8Array, suite: Suite): Promise<MadeCommit> {
  const own = toLeafIndex(state.privatePath.leafIndex)
  const inline = proposals.map(proposal => ({ proposalOrRefType: 'proposal' as const, proposal }))
  const applied = await applyProposals(state, inline, own, emptyPskIndex, false, suite)
  const added = addedLeaves(applied)

  // who is added gets the path secret in the Welcome, not in the path
  const [tree, path, pathSecrets, leafKey] = applied.needsUpdatePath
    ? await createUpdatePath(applied.tree, own, state.groupContext, state.signaturePrivateKey, suite, added.map(([leaf]) => leafToNodeIndex(leaf)))
    : [applied.tree, undefined, [], undefined]
  const ownPath = leafKey === undefined ? state.privatePath : updateLeafKey(state.privatePath, await suite.hpke.exportPrivateKey(leafKey))
  const privatePath = mergePrivateKeyPaths(ownPath, await toPrivateKeyPath(pathToPathSecrets(pathSecrets), own, suite))
  const top = pathSecrets.at(-1)
  const commitSecret = top === undefined ? new Uint8Array(suite.kdf.size) : await getCommitSecret(tree, toNodeIndex(top.nodeIndex), top.secret, suite.kdf)

  const commit: Commit = { proposals: inline, path }
  const { framedContent, signature } = await createContentCommitSignature(state.groupContext, 'mls_private_message', commit,
    { senderType: 'member', leafIndex: own }, note, state.signaturePrivateKey, suite.signature)
  const context = await nextEpochContext(state.groupContext, 'mls_private_message', framedContent, signature, await treeHashRoot(tree, suite.hash), state.confirmationTag, suite.hash)
  const epoch = await initializeEpoch(state.keySchedule.initSecret, commitSecret, context, applied.pskSecret, suite.kdf)
  const confirmationTag = await createConfirmationTag(epoch.keySchedule.confirmationKey, context.confirmedTranscriptHash, suite.hash)
  const { privateMessage } = await protect(state.keySchedule.senderDataSecret, note, state.groupContext, state.secretTree,
    { contentType: 'commit', commit, auth: { contentType: 'commit', signature, confirmationTag } }, own, state.clientConfig.paddingConfig, suite)

  const secretTree = await createSecretTree(leafWidth(tree.length), epoch.encryptionSecret, suite.kdf)
  const next: ClientState = { ...state, groupContext: context, ratchetTree: tree, secretTree, keySchedule: epoch.keySchedule, privatePath, confirmationTag }
  const welcome = await makeWelcome(state, applied, { tree, context, confirmationTag, pathSecrets, ...epoch }, suite)
  for (const secret of [commitSecret, epoch.encryptionSecret, epoch.joinerSecret]) secret.fill(0)
  return { state: next, message: encodePrivateMessage(privateMessage), welcome }
}

function addedLeaves (applied: ApplyProposalsResult): Array<[LeafIndex, KeyPackage]> {
  return applied.additionalResult.kind === 'memberCommit' ? applied.additionalResult.addedLeafNodes : []
}

async function makeWelcome (state: ClientState, applied: ApplyProposalsResult, epoch: NewEpoch, suite: Suite): Promise<Uint8Array | undefined> {
  const added = addedLeaves(applied)
  if (added.length === 0) return undefined
  const own = toLeafIndex(state.privatePath.leafIndex)
  const groupInfo = await createGroupInfoWithRatchetTree(epoch.context, epoch.confirmationTag, state, epoch.tree, [], suite)
  const encryptedGroupInfo = await encryptGroupInfo(groupInfo, epoch.welcomeSecret, suite)
  const secrets = await Promise.all(added.map(async ([leaf, keyPackage]) => {
    const ancestor = firstCommonAncestor(epoch.tree, leaf, own)
    const pathSecret = epoch.pathSecrets.find(secret => secret.nodeIndex === ancestor)?.secret
    const key = await suite.hpke.importPublicKey(keyPackage.initKey)
    const { enc, ct } = await encryptGroupSecrets(key, encryptedGroupInfo, { joinerSecret: epoch.joinerSecret, pathSecret, psks: [] }, suite.hpke)
    return { newMember: await makeKeyPackageRef(keyPackage, suite.hash), encryptedGroupSecrets: { kemOutput: enc, ciphertext: ct } }
  }))
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome: { cipherSuite: suite.name, secrets, encryptedGroupInfo } })
}

/** The commit in this message, its signature verified; undefined for anything else. Nothing is applied. */
export async function readCommit (message: PrivateMessage, state: ClientState, suite: Suite): Promise<Commit | undefined> {
  try {
    const { content } = await unprotectPrivateMessage(state.keySchedule.senderDataSecret, message, state.secretTree, state.ratchetTree, state.groupContext, state.clientConfig.keyRetentionConfig, suite)
    return content.content.contentType === 'commit' ? content.content.commit : undefined
  } catch {
    return undefined // does not decrypt, or is not signed by that leaf
  }
}

/** The state after a commit that was judged; undefined where the library finds it invalid. */
export async function applyCommit (message: PrivateMessage, state: ClientState, suite: Suite): Promise<ClientState | undefined> {
  try {
    const result = await processPrivateMessage(state, message, emptyPskIndex, suite, () => 'accept')
    return result.kind === 'newState' && result.newState.groupActiveState.kind === 'active' ? result.newState : undefined
  } catch {
    return undefined // a wrong path, parent hash, confirmation tag, signature: all the committer's fault
  }
}
