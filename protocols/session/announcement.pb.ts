// Generated from announcement.proto by `npm run generate`; do not edit.
import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Announcement {
  revision: number
  direct: DirectPlace[]
  queues: QueuePlace[]
  grant: Uint8Array
  grantAddresses: Uint8Array[]
  grantSignature?: Uint8Array
  known?: Uint8Array
  stun: string[]
  recoveryHash?: Uint8Array
}

export namespace Announcement {
  let _codec: Codec<Announcement>

  export const codec = (): Codec<Announcement> => {
    if (_codec == null) {
      _codec = message<Announcement>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.revision != null && obj.revision !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.revision)
        }

        if (obj.direct != null && obj.direct.length > 0) {
          for (const value of obj.direct) {
            w.uint32(18)
            DirectPlace.codec().encode(value, w)
          }
        }

        if (obj.queues != null && obj.queues.length > 0) {
          for (const value of obj.queues) {
            w.uint32(26)
            QueuePlace.codec().encode(value, w)
          }
        }

        if ((obj.grant != null && obj.grant.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.grant)
        }

        if (obj.grantAddresses != null && obj.grantAddresses.length > 0) {
          for (const value of obj.grantAddresses) {
            w.uint32(42)
            w.bytes(value)
          }
        }

        if (obj.grantSignature != null) {
          w.uint32(50)
          w.bytes(obj.grantSignature)
        }

        if (obj.known != null) {
          w.uint32(58)
          w.bytes(obj.known)
        }

        if (obj.stun != null && obj.stun.length > 0) {
          for (const value of obj.stun) {
            w.uint32(74)
            w.string(value)
          }
        }

        if (obj.recoveryHash != null) {
          w.uint32(66)
          w.bytes(obj.recoveryHash)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          revision: 0,
          direct: [],
          queues: [],
          grant: uint8ArrayAlloc(0),
          grantAddresses: [],
          stun: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.revision = reader.uint64Number()
              break
            }
            case 2: {
              if (opts.limits?.direct != null && obj.direct.length === opts.limits.direct) {
                throw new MaxLengthError('Decode error - repeated field "direct" had too many elements')
              }

              obj.direct.push(DirectPlace.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.direct$
              }))
              break
            }
            case 3: {
              if (opts.limits?.queues != null && obj.queues.length === opts.limits.queues) {
                throw new MaxLengthError('Decode error - repeated field "queues" had too many elements')
              }

              obj.queues.push(QueuePlace.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.queues$
              }))
              break
            }
            case 4: {
              obj.grant = reader.bytes()
              break
            }
            case 5: {
              if (opts.limits?.grantAddresses != null && obj.grantAddresses.length === opts.limits.grantAddresses) {
                throw new MaxLengthError('Decode error - repeated field "grantAddresses" had too many elements')
              }

              obj.grantAddresses.push(reader.bytes())
              break
            }
            case 6: {
              obj.grantSignature = reader.bytes()
              break
            }
            case 7: {
              obj.known = reader.bytes()
              break
            }
            case 9: {
              if (opts.limits?.stun != null && obj.stun.length === opts.limits.stun) {
                throw new MaxLengthError('Decode error - repeated field "stun" had too many elements')
              }

              obj.stun.push(reader.string())
              break
            }
            case 8: {
              obj.recoveryHash = reader.bytes()
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

  export function encode (obj: Partial<Announcement>): Uint8Array {
    return encodeMessage(obj, Announcement.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Announcement>): Announcement {
    return decodeMessage(buf, Announcement.codec(), opts)
  }
}

export interface DirectPlace {
  certificate: Uint8Array
  queue: Uint8Array
  wrapKey: Uint8Array
  addresses: Uint8Array[]
}

export namespace DirectPlace {
  let _codec: Codec<DirectPlace>

  export const codec = (): Codec<DirectPlace> => {
    if (_codec == null) {
      _codec = message<DirectPlace>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.certificate != null && obj.certificate.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.certificate)
        }

        if ((obj.queue != null && obj.queue.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.queue)
        }

        if ((obj.wrapKey != null && obj.wrapKey.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.wrapKey)
        }

        if (obj.addresses != null && obj.addresses.length > 0) {
          for (const value of obj.addresses) {
            w.uint32(34)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          certificate: uint8ArrayAlloc(0),
          queue: uint8ArrayAlloc(0),
          wrapKey: uint8ArrayAlloc(0),
          addresses: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.certificate = reader.bytes()
              break
            }
            case 2: {
              obj.queue = reader.bytes()
              break
            }
            case 3: {
              obj.wrapKey = reader.bytes()
              break
            }
            case 4: {
              if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements')
              }

              obj.addresses.push(reader.bytes())
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

  export function encode (obj: Partial<DirectPlace>): Uint8Array {
    return encodeMessage(obj, DirectPlace.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DirectPlace>): DirectPlace {
    return decodeMessage(buf, DirectPlace.codec(), opts)
  }
}

export interface QueuePlace {
  addresses: Uint8Array[]
  queue: Uint8Array
  writeSeed: Uint8Array
  wrapKey: Uint8Array
}

export namespace QueuePlace {
  let _codec: Codec<QueuePlace>

  export const codec = (): Codec<QueuePlace> => {
    if (_codec == null) {
      _codec = message<QueuePlace>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.addresses != null && obj.addresses.length > 0) {
          for (const value of obj.addresses) {
            w.uint32(10)
            w.bytes(value)
          }
        }

        if ((obj.queue != null && obj.queue.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.queue)
        }

        if ((obj.writeSeed != null && obj.writeSeed.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.writeSeed)
        }

        if ((obj.wrapKey != null && obj.wrapKey.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.wrapKey)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          addresses: [],
          queue: uint8ArrayAlloc(0),
          writeSeed: uint8ArrayAlloc(0),
          wrapKey: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements')
              }

              obj.addresses.push(reader.bytes())
              break
            }
            case 2: {
              obj.queue = reader.bytes()
              break
            }
            case 3: {
              obj.writeSeed = reader.bytes()
              break
            }
            case 4: {
              obj.wrapKey = reader.bytes()
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

  export function encode (obj: Partial<QueuePlace>): Uint8Array {
    return encodeMessage(obj, QueuePlace.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<QueuePlace>): QueuePlace {
    return decodeMessage(buf, QueuePlace.codec(), opts)
  }
}
