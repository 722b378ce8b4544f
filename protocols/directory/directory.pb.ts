// Generated from directory.proto by `npm run generate`; do not edit.
import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface DirectoryRecord {
  version: number
  time: number
  inbox: Uint8Array
  certificates: Uint8Array[]
  revocations: Uint8Array[]
  lost: boolean
  move: Uint8Array
  restored: number
}

export namespace DirectoryRecord {
  let _codec: Codec<DirectoryRecord>

  export const codec = (): Codec<DirectoryRecord> => {
    if (_codec == null) {
      _codec = message<DirectoryRecord>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.version != null && obj.version !== 0)) {
          w.uint32(8)
          w.uint32(obj.version)
        }

        if ((obj.time != null && obj.time !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.time)
        }

        if ((obj.inbox != null && obj.inbox.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.inbox)
        }

        if (obj.certificates != null && obj.certificates.length > 0) {
          for (const value of obj.certificates) {
            w.uint32(34)
            w.bytes(value)
          }
        }

        if (obj.revocations != null && obj.revocations.length > 0) {
          for (const value of obj.revocations) {
            w.uint32(42)
            w.bytes(value)
          }
        }

        if ((obj.lost != null && obj.lost !== false)) {
          w.uint32(48)
          w.bool(obj.lost)
        }

        if ((obj.move != null && obj.move.byteLength > 0)) {
          w.uint32(58)
          w.bytes(obj.move)
        }

        if ((obj.restored != null && obj.restored !== 0)) {
          w.uint32(64)
          w.uint64Number(obj.restored)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          version: 0,
          time: 0,
          inbox: uint8ArrayAlloc(0),
          certificates: [],
          revocations: [],
          lost: false,
          move: uint8ArrayAlloc(0),
          restored: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.version = reader.uint32()
              break
            }
            case 2: {
              obj.time = reader.uint64Number()
              break
            }
            case 3: {
              obj.inbox = reader.bytes()
              break
            }
            case 4: {
              if (opts.limits?.certificates != null && obj.certificates.length === opts.limits.certificates) {
                throw new MaxLengthError('Decode error - repeated field "certificates" had too many elements')
              }

              obj.certificates.push(reader.bytes())
              break
            }
            case 5: {
              if (opts.limits?.revocations != null && obj.revocations.length === opts.limits.revocations) {
                throw new MaxLengthError('Decode error - repeated field "revocations" had too many elements')
              }

              obj.revocations.push(reader.bytes())
              break
            }
            case 6: {
              obj.lost = reader.bool()
              break
            }
            case 7: {
              obj.move = reader.bytes()
              break
            }
            case 8: {
              obj.restored = reader.uint64Number()
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

  export function encode (obj: Partial<DirectoryRecord>): Uint8Array {
    return encodeMessage(obj, DirectoryRecord.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DirectoryRecord>): DirectoryRecord {
    return decodeMessage(buf, DirectoryRecord.codec(), opts)
  }
}
