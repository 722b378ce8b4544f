/** AES-GCM in a page. Reached as `#aes-gcm`: nobody needs it before there is a conversation. */
import { gcm } from '@noble/ciphers/aes.js'
import { aead } from './browser-aead.ts'

export const aesGcm = aead(gcm)
