/** What a node finds about itself: a part of api.ts. */

/** problem: something does not work. warning: it works, and could be better or safer. ok: as it should be. */
export type FindingLevel = 'ok' | 'warning' | 'problem'

/** What a finding is about. Adding one is a minor change, renaming one a breaking change. */
export type FindingCode =
  // the node itself
  | 'revoked' | 'running' | 'not-running' | 'no-identity' | 'profile-in-use' | 'node-frozen' | 'not-started'
  | 'passphrase' | 'store-damaged' | 'disk' | 'disk-low' | 'disk-full' | 'at-rest' | 'clock' | 'clock-wrong'
  // the network
  | 'port-taken' | 'ports' | 'no-network' | 'loopback' | 'reach' | 'behind-router' | 'no-peers' | 'connections' | 'relayed'
  // people, mail, directory
  | 'contacts' | 'contact-relayed' | 'requests' | 'no-mailbox' | 'few-mailboxes' | 'mailboxes-gone' | 'mailbox' | 'mailbox-trouble'
  | 'outbox' | 'waiting' | 'directory' | 'directory-alone' | 'directory-absent' | 'directory-stale' | 'keeping' | 'keeping-full'

export interface Finding {
  code: FindingCode
  level: FindingLevel
  /** what is the case, one or two sentences */
  finding: string
  /** what to do about it; `Nothing to do.` where nothing is */
  advice: string
}
