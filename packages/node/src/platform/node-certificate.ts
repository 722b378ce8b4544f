/**
 * A certificate for DTLS that is nobody's: self-signed, of one call. The engine makes one for each connection by itself; a connection
 * that replaces another one in the same call must have the same (CALL-2).
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface Certificate { certificatePemFile: string, keyPemFile: string }

/** A call is shorter, and clocks differ by less, ms. */
const VALID_MS = 7 * 24 * 60 * 60 * 1000
const [INTEGER, BITS, OID, UTF8, UTC_TIME, SEQUENCE, SET] = [0x02, 0x03, 0x06, 0x0c, 0x17, 0x30, 0x31]
/** ecdsa-with-SHA256 and id-at-commonName, as their encodings (RFC 5758 §3.2, RFC 5280 appendix A). */
const ECDSA_SHA256 = Buffer.from('2a8648ce3d040302', 'hex')
const COMMON_NAME = Buffer.from('550403', 'hex')

/** Distinguished encoding (ITU-T X.690) of one element. */
function der (tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const length = body.byteLength < 0x80 ? [body.byteLength] : body.byteLength < 0x100 ? [0x81, body.byteLength] : [0x82, body.byteLength >> 8, body.byteLength & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

function time (at: number): Buffer {
  return der(UTC_TIME, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))
}

function pem (label: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/** X.509 version 1 (RFC 5280 §4.1) with a key on P-256. @param now Unix milliseconds */
export function createCertificate (now: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(SEQUENCE, der(OID, ECDSA_SHA256))
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, der(OID, COMMON_NAME), der(UTF8, Buffer.from('call')))))
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40 // positive, and of full length
  const body = der(SEQUENCE, der(INTEGER, serial), algorithm, name, der(SEQUENCE, time(now - VALID_MS), time(now + VALID_MS)), name, publicKey.export({ type: 'spki', format: 'der' }))
  const signature = der(BITS, Buffer.of(0), sign('sha256', body, privateKey))
  return { certificatePemFile: pem('CERTIFICATE', der(SEQUENCE, body, algorithm, signature)), keyPemFile: pem('PRIVATE KEY', privateKey.export({ type: 'pkcs8', format: 'der' })) }
}
