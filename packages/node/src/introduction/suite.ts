/** What HPKE (RFC 9180) takes beside the KEM. A file of its own: it loads when something is first sealed or opened. */
import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core'
import type { XWing } from '@hpke/hybridkem-x-wing'

export const createSuite = (kem: XWing): CipherSuite => new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() })
