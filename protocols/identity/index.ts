/** Identity ids, recovery phrases, links, safety numbers. Spec: ./README.md */
export * from './identity.pb.ts'

/** Begins every link. */
export const LINK_SCHEME = 'sotto:'
/** The version that a link's body names. */
export const LINK_VERSION = 1
/** Bytes of the checksum at a link's end: one wrong link in 2^32 passes (IDN-4). */
export const LINK_CHECKSUM_BYTES = 4
/** Longest link, characters: what a chat, a mail or a large QR code still carries (IDN-5). */
export const MAX_LINK_CHARACTERS = 2048
/** Addresses in a link: some ways to one's devices, not a directory (IDN-5). */
export const MAX_LINK_ADDRESSES = 8
/** Largest invite token in a link, bytes: twice what one takes (IDN-5). */
export const MAX_INVITE_BYTES = 256
/** Rounds of the safety number's hash (IDN-7). */
export const SAFETY_ROUNDS = 5200
