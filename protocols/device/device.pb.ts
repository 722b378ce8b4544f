// Generated from device.proto by `npm run generate`; do not edit.
import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Signed {
  body: Uint8Array
  signature: Uint8Array
}

export namespace Signed {
  let _codec: Codec<Signed>

  export const codec = (): Codec<Signed> => {
    if (_codec == null) {
      _codec = message<Signed>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.body != null && obj.body.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.body)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.signature)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          body: uint8ArrayAlloc(0),
          signature: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.body = reader.bytes()
              break
            }
            case 2: {
              obj.signature = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * () {})
    }

    return _codec
  }

  export function encode (obj: Partial<Signed>): Uint8Array {
    return encodeMessage(obj, Signed.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Signed>): Signed {
    return decodeMessage(buf, Signed.codec(), opts)
  }
}

export interface CredentialBody {
  identity: Uint8Array
  leafKey: Uint8Array
  role: number
  suites: number[]
}

export namespace CredentialBody {
  let _codec: Codec<CredentialBody>

  export const codec = (): Codec<CredentialBody> => {
    if (_codec == null) {
      _codec = message<CredentialBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.identity != null && obj.identity.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.identity)
        }

        if ((obj.leafKey != null && obj.leafKey.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.leafKey)
        }

        if ((obj.role != null && obj.role !== 0)) {
          w.uint32(24)
          w.uint32(obj.role)
        }

        if (obj.suites != null && obj.suites.length > 0) {
          for (const value of obj.suites) {
            w.uint32(32)
            w.uint32(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          identity: uint8ArrayAlloc(0),
          leafKey: uint8ArrayAlloc(0),
          role: 0,
          suites: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.identity = reader.bytes()
              break
            }
            case 2: {
              obj.leafKey = reader.bytes()
              break
            }
            case 3: {
              obj.role = reader.uint32()
              break
            }
            case 4: {
              if (opts.limits?.suites != null && obj.suites.length === opts.limits.suites) {
                throw new MaxLengthError('Decode error - repeated field "suites" had too many elements')
              }

              obj.suites.push(reader.uint32())
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * () {})
    }

    return _codec
  }

  export function encode (obj: Partial<CredentialBody>): Uint8Array {
    return encodeMessage(obj, CredentialBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CredentialBody>): CredentialBody {
    return decodeMessage(buf, CredentialBody.codec(), opts)
  }
}

export interface CertificateBody {
  credential: Uint8Array
  peerKey: Uint8Array
  revision: number
  notBefore: number
  notAfter: number
}

export namespace CertificateBody {
  let _codec: Codec<CertificateBody>

  export const codec = (): Codec<CertificateBody> => {
    if (_codec == null) {
      _codec = message<CertificateBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.credential != null && obj.credential.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.credential)
        }

        if ((obj.peerKey != null && obj.peerKey.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.peerKey)
        }

        if ((obj.revision != null && obj.revision !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.revision)
        }

        if ((obj.notBefore != null && obj.notBefore !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.notBefore)
        }

        if ((obj.notAfter != null && obj.notAfter !== 0)) {
          w.uint32(40)
          w.uint64Number(obj.notAfter)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          credential: uint8ArrayAlloc(0),
          peerKey: uint8ArrayAlloc(0),
          revision: 0,
          notBefore: 0,
          notAfter: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.credential = reader.bytes()
              break
            }
            case 2: {
              obj.peerKey = reader.bytes()
              break
            }
            case 3: {
              obj.revision = reader.uint64Number()
              break
            }
            case 4: {
              obj.notBefore = reader.uint64Number()
              break
            }
            case 5: {
              obj.notAfter = reader.uint64Number()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * () {})
    }

    return _codec
  }

  export function encode (obj: Partial<CertificateBody>): Uint8Array {
    return encodeMessage(obj, CertificateBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CertificateBody>): CertificateBody {
    return decodeMessage(buf, CertificateBody.codec(), opts)
  }
}

export interface RevocationBody {
  identity: Uint8Array
  device: Uint8Array
  time: number
}

export namespace RevocationBody {
  let _codec: Codec<RevocationBody>

  export const codec = (): Codec<RevocationBody> => {
    if (_codec == null) {
      _codec = message<RevocationBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.identity != null && obj.identity.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.identity)
        }

        if ((obj.device != null && obj.device.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.device)
        }

        if ((obj.time != null && obj.time !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.time)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          identity: uint8ArrayAlloc(0),
          device: uint8ArrayAlloc(0),
          time: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.identity = reader.bytes()
              break
            }
            case 2: {
              obj.device = reader.bytes()
              break
            }
            case 3: {
              obj.time = reader.uint64Number()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * () {})
    }

    return _codec
  }

  export function encode (obj: Partial<RevocationBody>): Uint8Array {
    return encodeMessage(obj, RevocationBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RevocationBody>): RevocationBody {
    return decodeMessage(buf, RevocationBody.codec(), opts)
  }
}
