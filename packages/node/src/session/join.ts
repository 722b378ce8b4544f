/**
 * Joining by Welcome (RFC 9420 §12.4.3.1). Our own over the library's parts, because the library's refuses valid trees
 * (tree.ts); it also takes no PSKs, no resumption, no foreign tree and no extensions.
 */
import { equals } from 'uint8arrays/equals'
import { decodeMlsMessage } from 'ts-mls'
import { ratchetTreeFromExtension, verifyGroupInfoConfirmationTag, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js'
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js'
import { deriveKeySchedule } from 'ts-mls/keySchedule.js'
import { encodeLeafNode } from 'ts-mls/leafNode.js'
import { pathToRoot } from 'ts-mls/pathSecrets.js'
import { mergePrivateKeyPaths, toPrivateKeyPath } from 'ts-mls/privateKeyPath.js'
import { createSecretTree } from 'ts-mls/secretTree.js'
import { leafWidth, toLeafIndex } from 'ts-mls/treemath.js'
import { firstCommonAncestor } from 'ts-mls/updatePath.js'
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js'
import { MAX_LEAVES, MAX_WELCOME_BYTES } from '../config.ts'
import { IntegrityError, PeerError } from '../errors.ts'
import { decodeKeyPackage, decodePrivatePackage } from './key-package.ts'
import { clientConfig } from './state.ts'
import { faultOfTree } from './tree.ts'
import type { CredentialBook, Roster } from './credentials.ts'
import type { KeyPackagePair } from './index.ts'
import type { Suite } from './provider.ts'
import type { ClientState } from 'ts-mls'
import type { GroupInfo } from 'ts-mls/groupInfo.js'
import type { KeyPackage, PrivateKeyPackage } from 'ts-mls/keyPackage.js'
import type { RatchetTree } from 'ts-mls/ratchetTree.js'
import type { Welcome } from 'ts-mls/welcome.js'

/** Nodes of the widest tree allowed. */
const MAX_NODES = 2 * MAX_LEAVES - 1
const GROUP_ID_BYTES = 32

export function decodeWelcome (bytes: Uint8Array, suite: Suite): Welcome | undefined {
  if (bytes.byteLength > MAX_WELCOME_BYTES) return undefined
  try {
    const decoded = decodeMlsMessage(bytes.slice(), 0)
    if (decoded?.[1] !== bytes.byteLength || decoded[0].wireformat !== 'mls_welcome') return undefined
    const { welcome } = decoded[0]
    return welcome.cipherSuite === suite.name && welcome.secrets.length <= MAX_LEAVES ? welcome : undefined
  } catch {
    return undefined // hostile bytes: what they fail on is of no interest
  }
}

export interface OwnPackage { pair: KeyPackagePair, keyPackage: KeyPackage, secrets: PrivateKeyPackage }

/** Which of our packages the Welcome is for. */
export async function packageFor (welcome: Welcome, pairs: KeyPackagePair[], leafSeed: Uint8Array, suite: Suite): Promise<OwnPackage | undefined> {
  for (const pair of pairs) {
    const keyPackage = decodeKeyPackage(pair.publicPackage)
    if (keyPackage === undefined) continue
    const name = await makeKeyPackageRef(keyPackage, suite.hash)
    if (welcome.secrets.some(secret => equals(secret.newMember, name))) return { pair, keyPackage, secrets: decodePrivatePackage(pair.privatePackage, leafSeed) }
  }
  return undefined
}

interface Unpacked { info: GroupInfo, tree: RatchetTree, joinerSecret: Uint8Array, pathSecret: Uint8Array | undefined }

async function unpack (welcome: Welcome, own: OwnPackage, suite: Suite): Promise<Unpacked> {
  const key = await suite.hpke.importPrivateKey(own.secrets.initPrivateKey)
  const name = await makeKeyPackageRef(own.keyPackage, suite.hash)
  const secrets = await decryptGroupSecrets(key, name, welcome, suite.hpke)
  if (secrets === undefined || secrets.psks.length > 0) throw new PeerError('PROTOCOL_VIOLATION', 'a Welcome with secrets of another kind')
  const info = await decryptGroupInfo(welcome, secrets.joinerSecret, new Uint8Array(suite.kdf.size), suite)
  const tree = info === undefined ? undefined : ratchetTreeFromExtension(info)
  if (info === undefined || tree === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'a Welcome without its tree')
  return { info, tree, joinerSecret: secrets.joinerSecret, pathSecret: secrets.pathSecret }
}

/** What a GroupInfo must be like before its tree is looked at (length limit, then content). */
function fits ({ groupContext, extensions, signer }: GroupInfo, tree: RatchetTree, suite: Suite): boolean {
  return tree.length <= MAX_NODES && extensions.length === 1 && groupContext.extensions.length === 0 &&
    groupContext.version === 'mls10' && groupContext.cipherSuite === suite.name && groupContext.groupId.byteLength === GROUP_ID_BYTES &&
    groupContext.epoch > 0n && groupContext.epoch <= BigInt(Number.MAX_SAFE_INTEGER) && 2 * signer < tree.length
}

/**
 * @throws IntegrityError for a signature, tag or tree that does not hold, PeerError for what is malformed; the caller wraps
 * what the library throws
 */
export async function joinByWelcome (welcome: Welcome, own: OwnPackage, book: CredentialBook, suite: Suite): Promise<{ state: ClientState, roster: Roster }> {
  const { info, tree, joinerSecret, pathSecret } = await unpack(welcome, own, suite)
  if (!fits(info, tree, suite)) throw new PeerError('PROTOCOL_VIOLATION', 'a Welcome to a group of another kind')

  const roster = await book.roster(tree)
  if (roster === undefined) throw new IntegrityError('BAD_SIGNATURE', 'somebody sits in the group who may not')
  const signer = roster.get(info.signer)
  if (signer === undefined || !await verifyGroupInfoSignature(info, signer.leafKey, suite.signature)) throw new IntegrityError('BAD_SIGNATURE', 'the group information is not signed by a member')
  const fault = await faultOfTree(tree, info.groupContext, suite)
  if (fault !== undefined) throw new IntegrityError('BAD_SIGNATURE', `the tree is not valid: ${fault}`)

  const encoded = encodeLeafNode(own.keyPackage.leafNode)
  const position = tree.findIndex(node => node?.nodeType === 'leaf' && equals(encodeLeafNode(node.leaf), encoded))
  if (position < 0 || info.signer * 2 === position) throw new PeerError('PROTOCOL_VIOLATION', 'our own leaf is not in the group')
  const leafIndex = toLeafIndex(position / 2)
  const ownKey = { leafIndex, privateKeys: { [position]: own.secrets.hpkePrivateKey } }
  const privatePath = pathSecret === undefined
    ? ownKey
    : mergePrivateKeyPaths(await toPrivateKeyPath(await pathToRoot(tree, firstCommonAncestor(tree, leafIndex, toLeafIndex(info.signer)), pathSecret, suite.kdf), leafIndex, suite), ownKey)

  const noPsk = new Uint8Array(suite.kdf.size)
  const [keySchedule, encryptionSecret] = await deriveKeySchedule(joinerSecret, noPsk, info.groupContext, suite.kdf)
  if (!await verifyGroupInfoConfirmationTag(info, joinerSecret, noPsk, suite)) throw new IntegrityError('BAD_SIGNATURE', 'the confirmation tag does not hold')
  const secretTree = await createSecretTree(leafWidth(tree.length), encryptionSecret, suite.kdf)
  encryptionSecret.fill(0)
  joinerSecret.fill(0)
  const state: ClientState = {
    groupContext: info.groupContext,
    ratchetTree: tree,
    privatePath,
    signaturePrivateKey: own.secrets.signaturePrivateKey,
    confirmationTag: info.confirmationTag,
    unappliedProposals: {},
    keySchedule,
    secretTree,
    historicalReceiverData: new Map(),
    groupActiveState: { kind: 'active' },
    clientConfig: clientConfig(book)
  }
  return { state, roster }
}
