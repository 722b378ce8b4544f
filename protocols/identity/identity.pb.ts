// Generated from identity.proto by `npm run generate`; do not edit.
import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface LinkBody {
  version: number
  identity: Uint8Array
  addresses: Uint8Array[]
  invite: Uint8Array
}

export namespace LinkBody {
  let _codec: Codec<LinkBody>

  export const codec = (): Codec<LinkBody> => {
    if (_codec == null) {
      _codec = message<LinkBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.version != null && obj.version !== 0)) {
          w.uint32(8)
          w.uint32(obj.version)
        }

        if ((obj.identity != null && obj.identity.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.identity)
        }

        if (obj.addresses != null && obj.addresses.length > 0) {
          for (const value of obj.addresses) {
            w.uint32(26)
            w.bytes(value)
          }
        }

        if ((obj.invite != null && obj.invite.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.invite)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          version: 0,
          identity: uint8ArrayAlloc(0),
          addresses: [],
          invite: uint8ArrayAlloc(0)
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
              obj.identity = reader.bytes()
              break
            }
            case 3: {
              if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements')
              }

              obj.addresses.push(reader.bytes())
              break
            }
            case 4: {
              obj.invite = reader.bytes()
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

  export function encode (obj: Partial<LinkBody>): Uint8Array {
    return encodeMessage(obj, LinkBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LinkBody>): LinkBody {
    return decodeMessage(buf, LinkBody.codec(), opts)
  }
}

export interface MoveBody {
  identity: Uint8Array
  recoveryKey: Uint8Array
  successor: Uint8Array
  time: number
}

export namespace MoveBody {
  let _codec: Codec<MoveBody>

  export const codec = (): Codec<MoveBody> => {
    if (_codec == null) {
      _codec = message<MoveBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.identity != null && obj.identity.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.identity)
        }

        if ((obj.recoveryKey != null && obj.recoveryKey.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.recoveryKey)
        }

        if ((obj.successor != null && obj.successor.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.successor)
        }

        if ((obj.time != null && obj.time !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.time)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          identity: uint8ArrayAlloc(0),
          recoveryKey: uint8ArrayAlloc(0),
          successor: uint8ArrayAlloc(0),
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
              obj.recoveryKey = reader.bytes()
              break
            }
            case 3: {
              obj.successor = reader.bytes()
              break
            }
            case 4: {
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

  export function encode (obj: Partial<MoveBody>): Uint8Array {
    return encodeMessage(obj, MoveBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MoveBody>): MoveBody {
    return decodeMessage(buf, MoveBody.codec(), opts)
  }
}

export interface Move {
  body: Uint8Array
  signature: Uint8Array
  acceptance: Uint8Array
}

export namespace Move {
  let _codec: Codec<Move>

  export const codec = (): Codec<Move> => {
    if (_codec == null) {
      _codec = message<Move>((obj, w, opts = {}) => {
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

        if ((obj.acceptance != null && obj.acceptance.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.acceptance)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          body: uint8ArrayAlloc(0),
          signature: uint8ArrayAlloc(0),
          acceptance: uint8ArrayAlloc(0)
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
            case 3: {
              obj.acceptance = reader.bytes()
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

  export function encode (obj: Partial<Move>): Uint8Array {
    return encodeMessage(obj, Move.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Move>): Move {
    return decodeMessage(buf, Move.codec(), opts)
  }
}
