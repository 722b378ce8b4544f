/** Who may sit in a leaf, and the check that who sits there is who the credential says (SES-2, SES-3). */
import { bytesToHex } from '@noble/hashes/utils.js'
import { equals } from 'uint8arrays/equals'
import { verifyCredential } from '../identity/certificate.ts'
import type { Member } from './index.ts'
import type { Suite } from './provider.ts'
import type { Credential as DeviceCredential } from '../identity/certificate.ts'
import type { AuthenticationService } from 'ts-mls/authenticationService.js'
import type { Capabilities } from 'ts-mls/capabilities.js'
import type { Credential } from 'ts-mls/credential.js'
import type { LeafNode } from 'ts-mls/leafNode.js'
import type { RatchetTree } from 'ts-mls/ratchetTree.js'

/** Credentials remembered as verified: more than the leaves of a session and their replacements. */
const MAX_REMEMBERED = 256

/** Members by leaf index. */
export type Roster = ReadonlyMap<number, Member>

export const hex = bytesToHex

/** Exactly these, no GREASE: what a leaf says it can do is not a channel (SES-4). */
export function capabilitiesOf (suite: Suite): Capabilities {
  return { versions: ['mls10'], ciphersuites: [suite.name], extensions: [], proposals: [], credentials: ['basic'] }
}

/**
 * Verifies credentials, remembering those that held, and judges leaves.
 * Invariant: `validateCredential` is true only for a credential signed by an allowed identity for exactly that leaf key.
 */
export class CredentialBook implements AuthenticationService {
  readonly #allowed: ReadonlySet<string>
  readonly #suite: Suite
  readonly #verified = new Map<string, DeviceCredential>()

  constructor (identities: Uint8Array[], suite: Suite) {
    this.#allowed = new Set(identities.map(hex))
    this.#suite = suite
  }

  async validateCredential (credential: Credential, signaturePublicKey: Uint8Array): Promise<boolean> {
    return await this.#verify(credential, signaturePublicKey) !== undefined
  }

  /** The member in this leaf, or undefined where credential, key, capabilities or extensions are not as they must be. */
  async member (leaf: LeafNode, index: number): Promise<Member | undefined> {
    const verified = await this.#verify(leaf.credential, leaf.signaturePublicKey)
    if (verified === undefined || leaf.extensions.length > 0 || !this.#plain(leaf.capabilities)) return undefined
    return { leaf: index, identity: verified.identity, device: verified.device, leafKey: verified.leafKey, credential: verified.bytes }
  }

  /** Every leaf of a tree, or undefined where one does not hold or a device sits twice. */
  async roster (tree: RatchetTree): Promise<Roster | undefined> {
    const roster = new Map<number, Member>()
    const devices = new Set<string>()
    for (const [position, node] of tree.entries()) {
      if (node?.nodeType !== 'leaf') continue
      const member = await this.member(node.leaf, position / 2)
      if (member === undefined || devices.has(hex(member.device))) return undefined
      devices.add(hex(member.device))
      roster.set(member.leaf, member)
    }
    return roster
  }

  #plain (capabilities: Capabilities): boolean {
    const { versions, ciphersuites, extensions, proposals, credentials } = capabilities
    return versions.length === 1 && versions[0] === 'mls10' && ciphersuites.length === 1 && ciphersuites[0] === this.#suite.name &&
      extensions.length === 0 && proposals.length === 0 && credentials.length === 1 && credentials[0] === 'basic'
  }

  async #verify (credential: Credential, leafKey: Uint8Array): Promise<DeviceCredential | undefined> {
    if (credential.credentialType !== 'basic') return undefined
    const key = hex(credential.identity)
    let verified = this.#verified.get(key)
    if (verified === undefined) {
      // a copy: what the library decoded is a view into a whole message
      verified = await verifyCredential(credential.identity.slice())
      if (verified === undefined) return undefined
      if (this.#verified.size >= MAX_REMEMBERED) this.#verified.clear()
      this.#verified.set(key, verified)
    }
    return this.#allowed.has(hex(verified.identity)) && equals(verified.leafKey, leafKey) ? verified : undefined
  }
}

/** A commit may renew keys and change who sits where, but nobody's credential (SES-3). */
export function keepsCredentials (before: Roster, after: Roster): boolean {
  const known = new Map([...before.values()].map(member => [hex(member.device), member]))
  return [...after.values()].every(member => {
    const old = known.get(hex(member.device))
    return old === undefined || equals(old.credential, member.credential)
  })
}
