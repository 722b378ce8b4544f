/**
 * The checks of a ratchet tree that came with a Welcome (RFC 9420 §12.4.3.1), written from the RFC. ts-mls 1.6.4 refuses
 * valid trees here: it wants every non-blank ancestor of an unmerged leaf to have the *same list*, where the RFC asks only
 * that nodes between a leaf and the parent that lists it list *that leaf* too. It also leaves out the second half of the
 * parent-hash condition (§7.9.2).
 */
import { equals } from 'uint8arrays/equals'
import { verifyLeafNodeSignature, verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js'
import { calculateParentHash } from 'ts-mls/parentHash.js'
import { resolution } from 'ts-mls/ratchetTree.js'
import { treeHashRoot } from 'ts-mls/treeHash.js'
import { directPath, isLeaf, leafToNodeIndex, leafWidth, left, nodeToLeafIndex, right, toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js'
import { hex } from './credentials.ts'
import type { Suite } from './provider.ts'
import type { GroupContext } from 'ts-mls/groupContext.js'
import type { Node, RatchetTree } from 'ts-mls/ratchetTree.js'

/** Why the tree is not valid, or undefined where it is. Who sits in the leaves is the caller's to judge. */
export async function faultOfTree (tree: RatchetTree, context: GroupContext, suite: Suite): Promise<string | undefined> {
  if (tree.some((node, position) => node !== undefined && (node.nodeType === 'leaf') !== isLeaf(toNodeIndex(position)))) return 'a leaf stands where a parent should, or the other way'
  if (!keysAreUnique(tree)) return 'a key stands twice in the tree'
  if (!unmergedLeavesHold(tree)) return 'unmerged leaves do not hold'
  if (!equals(await treeHashRoot(tree, suite.hash), context.treeHash)) return 'the tree hash does not match'
  if (!await leavesAreSigned(tree, context, suite)) return 'a leaf is not signed'
  return await parentHashesHold(tree, suite) ? undefined : 'parent hashes do not hold'
}

function keysAreUnique (tree: RatchetTree): boolean {
  const encryption = new Set<string>()
  const signature = new Set<string>()
  for (const node of tree) {
    if (node === undefined) continue
    const key = hex(node.nodeType === 'leaf' ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey)
    if (encryption.has(key)) return false
    encryption.add(key)
    if (node.nodeType !== 'leaf') continue
    const signer = hex(node.leaf.signaturePublicKey)
    if (signature.has(signer)) return false
    signature.add(signer)
  }
  return true
}

function unmergedOf (node: Node | undefined): number[] {
  return node?.nodeType === 'parent' ? node.parent.unmergedLeaves : []
}

/** §12.4.3.1: each entry is a leaf below; every non-blank node between that leaf and the parent lists it as well. */
function unmergedLeavesHold (tree: RatchetTree): boolean {
  return tree.every((node, position) => unmergedOf(node).every(unmerged => {
    const leaf = leafToNodeIndex(toLeafIndex(unmerged))
    if (leaf >= tree.length || tree[leaf]?.nodeType !== 'leaf') return false
    const path = directPath(leaf, leafWidth(tree.length))
    const height = path.indexOf(toNodeIndex(position))
    if (height < 0) return false
    return path.slice(0, height).every(between => tree[between] === undefined || unmergedOf(tree[between]).includes(unmerged))
  }))
}

async function leavesAreSigned (tree: RatchetTree, context: GroupContext, suite: Suite): Promise<boolean> {
  const checks = tree.map(async (node, position) => {
    if (node?.nodeType !== 'leaf') return true
    const { leaf } = node
    return leaf.leafNodeSource === 'key_package'
      ? verifyLeafNodeSignatureKeyPackage({ ...leaf, leafNodeSource: 'key_package' }, suite.signature)
      : verifyLeafNodeSignature(leaf, context.groupId, nodeToLeafIndex(toNodeIndex(position)), suite.signature)
  })
  return (await Promise.all(checks)).every(Boolean)
}

function parentHashIn (node: Node): Uint8Array | undefined {
  if (node.nodeType === 'parent') return node.parent.parentHash
  return node.leaf.leafNodeSource === 'commit' ? node.leaf.parentHash : undefined
}

/** §7.9.2: every non-blank parent is vouched for by exactly one node below it, and so, step by step, by a signed leaf. */
async function parentHashesHold (tree: RatchetTree, suite: Suite): Promise<boolean> {
  const vouchers = new Map<number, number>()
  for (const [position, node] of tree.entries()) {
    if (node === undefined) continue
    const claimed = parentHashIn(node)
    if (claimed === undefined) continue
    const below = toNodeIndex(position)
    const [expected, above] = await calculateParentHash(tree, below, suite.hash)
    if (above === undefined || tree[above] === undefined) continue // the root, or nothing above: nothing to vouch for
    if (equals(claimed, expected) && coversItsSide(tree, below, above)) vouchers.set(above, (vouchers.get(above) ?? 0) + 1)
  }
  return tree.every((node, position) => node?.nodeType !== 'parent' || vouchers.get(position) === 1)
}

/** D is in the resolution of the child C on its side, and the rest of that resolution is what P lists as unmerged there. */
function coversItsSide (tree: RatchetTree, below: number, above: number): boolean {
  const child = below < above ? left(toNodeIndex(above)) : right(toNodeIndex(above))
  const covered = resolution(tree, child)
  if (!covered.includes(toNodeIndex(below))) return false
  const inside = unmergedOf(tree[above]).map(leaf => leaf * 2).filter(position => (position < above) === (below < above))
  const rest = covered.filter(position => position !== below)
  return rest.length === inside.length && rest.every(position => inside.includes(position))
}
