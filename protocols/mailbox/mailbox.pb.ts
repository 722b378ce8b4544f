// Generated from mailbox.proto by `npm run generate`; do not edit.
/* eslint-disable require-yield */

import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Frame {
  id: number
  challenge?: Challenge
  refused?: Refused
  new?: New
  created?: Created
  put?: Put
  stored?: Stored
  get?: Get
  items?: Items
  ack?: Ack
  acked?: Acked
  del?: Del
  deleted?: Deleted
  info?: Info
  capacity?: Capacity
}

export namespace Frame {
  let _codec: Codec<Frame>

  export const codec = (): Codec<Frame> => {
    if (_codec == null) {
      _codec = message<Frame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.capacity != null) {
          obj.info = undefined
          obj.deleted = undefined
          obj.del = undefined
          obj.acked = undefined
          obj.ack = undefined
          obj.items = undefined
          obj.get = undefined
          obj.stored = undefined
          obj.put = undefined
          obj.created = undefined
          obj.new = undefined
          obj.refused = undefined
          obj.challenge = undefined
        }

        if (obj.info != null) {
          obj.capacity = undefined
          obj.deleted = undefined
          obj.del = undefined
          obj.acked = undefined
          obj.ack = undefined
          obj.items = undefined
          obj.get = undefined
          obj.stored = undefined
          obj.put = undefined
          obj.created = undefined
          obj.new = undefined
          obj.refused = undefined
          obj.challenge = undefined
        }

        if (obj.deleted != null) {
          obj.capacity = undefined
          obj.info = undefined
          obj.del = undefined
          obj.acked = undefined
          obj.ack = undefined
          obj.items = undefined
          obj.get = undefined
          obj.stored = undefined
          obj.put = undefined
          obj.created = undefined
          obj.new = undefined
          obj.refused = undefined
          obj.challenge = undefined
        }

        if (obj.del != null) {
          obj.capacity = undefined
          obj.info = undefined
          obj.deleted = undefined
          obj.acked = undefined
          obj.ack = undefined
          obj.items = undefined
          obj.get = undefined
          obj.stored = undefined
          obj.put = undefined
          obj.created = undefined
          obj.new = undefined
          obj.refused = undefined
          obj.challenge = undefined
        }

        if (obj.acked != null) {
          obj.capacity = undefined
          obj.info = undefined
          obj.deleted = undefined
          obj.del = undefined
          obj.ack = undefined
          obj.items = undefined
          obj.get = undefined
          obj.stored = undefined
          obj.put = undefined
          obj.created = undefined
          obj.new = undefined
          obj.refused = undefined
          obj.challenge = undefined
        }

        if (obj.ack != null) {
          obj.capacity = undefined
          obj.info = undefined
          obj.deleted = undefined
          obj.del = undefined
          obj.acked = undefined
          obj.items = undefined
          obj.get = undefined
          obj.stored = undefined
          obj.put = undefined
          obj.created = undefined
          obj.new = undefined
          obj.refused = undefined
          obj.challenge = undefined
        }

        if (obj.items != null) {
          obj.capacity = undefined
          obj.info = undefined
          obj.deleted = undefined
          obj.del = undefined
          obj.acked = undefined
          obj.ack = undefined
          obj.get = undefined
          obj.stored = undefined
          obj.put = undefined
          obj.created = undefined
          obj.new = undefined
          obj.refused = undefined
          obj.challenge = undefined
        }

        if (obj.get != null) {
          obj.capacity = undefined
          obj.info = undefined
          obj.deleted = undefined
          obj.del = undefined
          obj.acked = undefined
          obj.ack = undefined
          obj.items = undefined
          obj.stored = undefined
          obj.put = undefined
          obj.created = undefined
          obj.new = undefined
          obj.refused = undefined
          obj.challenge = undefined
        }

        if (obj.stored != null) {
          obj.capacity = undefined
          obj.info = undefined
          obj.deleted = undefined
          obj.del = undefined
          obj.acked = undefined
          obj.ack = undefined
          obj.items = undefined
          obj.get = undefined
          obj.put = undefined
          obj.created = undefined
          obj.new = undefined
          obj.refused = undefined
          obj.challenge = undefined
        }

        if (obj.put != null) {
          obj.capacity = undefined
          obj.info = undefined
          obj.deleted = undefined
          obj.del = undefined
          obj.acked = undefined
          obj.ack = undefined
          obj.items = undefined
          obj.get = undefined
          obj.stored = undefined
          obj.created = undefined
          obj.new = undefined
          obj.refused = undefined
          obj.challenge = undefined
        }

        if (obj.created != null) {
          obj.capacity = undefined
          obj.info = undefined
          obj.deleted = undefined
          obj.del = undefined
          obj.acked = undefined
          obj.ack = undefined
          obj.items = undefined
          obj.get = undefined
          obj.stored = undefined
          obj.put = undefined
          obj.new = undefined
          obj.refused = undefined
          obj.challenge = undefined
        }

        if (obj.new != null) {
          obj.capacity = undefined
          obj.info = undefined
          obj.deleted = undefined
          obj.del = undefined
          obj.acked = undefined
          obj.ack = undefined
          obj.items = undefined
          obj.get = undefined
          obj.stored = undefined
          obj.put = undefined
          obj.created = undefined
          obj.refused = undefined
          obj.challenge = undefined
        }

        if (obj.refused != null) {
          obj.capacity = undefined
          obj.info = undefined
          obj.deleted = undefined
          obj.del = undefined
          obj.acked = undefined
          obj.ack = undefined
          obj.items = undefined
          obj.get = undefined
          obj.stored = undefined
          obj.put = undefined
          obj.created = undefined
          obj.new = undefined
          obj.challenge = undefined
        }

        if (obj.challenge != null) {
          obj.capacity = undefined
          obj.info = undefined
          obj.deleted = undefined
          obj.del = undefined
          obj.acked = undefined
          obj.ack = undefined
          obj.items = undefined
          obj.get = undefined
          obj.stored = undefined
          obj.put = undefined
          obj.created = undefined
          obj.new = undefined
          obj.refused = undefined
        }

        if ((obj.id != null && obj.id !== 0)) {
          w.uint32(8)
          w.uint32(obj.id)
        }

        if (obj.challenge != null) {
          w.uint32(18)
          Challenge.codec().encode(obj.challenge, w)
        }

        if (obj.refused != null) {
          w.uint32(26)
          Refused.codec().encode(obj.refused, w)
        }

        if (obj.new != null) {
          w.uint32(34)
          New.codec().encode(obj.new, w)
        }

        if (obj.created != null) {
          w.uint32(42)
          Created.codec().encode(obj.created, w)
        }

        if (obj.put != null) {
          w.uint32(50)
          Put.codec().encode(obj.put, w)
        }

        if (obj.stored != null) {
          w.uint32(58)
          Stored.codec().encode(obj.stored, w)
        }

        if (obj.get != null) {
          w.uint32(66)
          Get.codec().encode(obj.get, w)
        }

        if (obj.items != null) {
          w.uint32(74)
          Items.codec().encode(obj.items, w)
        }

        if (obj.ack != null) {
          w.uint32(82)
          Ack.codec().encode(obj.ack, w)
        }

        if (obj.acked != null) {
          w.uint32(90)
          Acked.codec().encode(obj.acked, w)
        }

        if (obj.del != null) {
          w.uint32(98)
          Del.codec().encode(obj.del, w)
        }

        if (obj.deleted != null) {
          w.uint32(106)
          Deleted.codec().encode(obj.deleted, w)
        }

        if (obj.info != null) {
          w.uint32(114)
          Info.codec().encode(obj.info, w)
        }

        if (obj.capacity != null) {
          w.uint32(122)
          Capacity.codec().encode(obj.capacity, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          id: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.id = reader.uint32()
              break
            }
            case 2: {
              obj.challenge = Challenge.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.challenge
              })
              break
            }
            case 3: {
              obj.refused = Refused.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.refused
              })
              break
            }
            case 4: {
              obj.new = New.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.new
              })
              break
            }
            case 5: {
              obj.created = Created.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.created
              })
              break
            }
            case 6: {
              obj.put = Put.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.put
              })
              break
            }
            case 7: {
              obj.stored = Stored.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.stored
              })
              break
            }
            case 8: {
              obj.get = Get.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.get
              })
              break
            }
            case 9: {
              obj.items = Items.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.items
              })
              break
            }
            case 10: {
              obj.ack = Ack.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ack
              })
              break
            }
            case 11: {
              obj.acked = Acked.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.acked
              })
              break
            }
            case 12: {
              obj.del = Del.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.del
              })
              break
            }
            case 13: {
              obj.deleted = Deleted.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.deleted
              })
              break
            }
            case 14: {
              obj.info = Info.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.info
              })
              break
            }
            case 15: {
              obj.capacity = Capacity.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.capacity
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        if (obj.capacity != null) {
          delete obj.info
          delete obj.deleted
          delete obj.del
          delete obj.acked
          delete obj.ack
          delete obj.items
          delete obj.get
          delete obj.stored
          delete obj.put
          delete obj.created
          delete obj.new
          delete obj.refused
          delete obj.challenge
        }

        if (obj.info != null) {
          delete obj.capacity
          delete obj.deleted
          delete obj.del
          delete obj.acked
          delete obj.ack
          delete obj.items
          delete obj.get
          delete obj.stored
          delete obj.put
          delete obj.created
          delete obj.new
          delete obj.refused
          delete obj.challenge
        }

        if (obj.deleted != null) {
          delete obj.capacity
          delete obj.info
          delete obj.del
          delete obj.acked
          delete obj.ack
          delete obj.items
          delete obj.get
          delete obj.stored
          delete obj.put
          delete obj.created
          delete obj.new
          delete obj.refused
          delete obj.challenge
        }

        if (obj.del != null) {
          delete obj.capacity
          delete obj.info
          delete obj.deleted
          delete obj.acked
          delete obj.ack
          delete obj.items
          delete obj.get
          delete obj.stored
          delete obj.put
          delete obj.created
          delete obj.new
          delete obj.refused
          delete obj.challenge
        }

        if (obj.acked != null) {
          delete obj.capacity
          delete obj.info
          delete obj.deleted
          delete obj.del
          delete obj.ack
          delete obj.items
          delete obj.get
          delete obj.stored
          delete obj.put
          delete obj.created
          delete obj.new
          delete obj.refused
          delete obj.challenge
        }

        if (obj.ack != null) {
          delete obj.capacity
          delete obj.info
          delete obj.deleted
          delete obj.del
          delete obj.acked
          delete obj.items
          delete obj.get
          delete obj.stored
          delete obj.put
          delete obj.created
          delete obj.new
          delete obj.refused
          delete obj.challenge
        }

        if (obj.items != null) {
          delete obj.capacity
          delete obj.info
          delete obj.deleted
          delete obj.del
          delete obj.acked
          delete obj.ack
          delete obj.get
          delete obj.stored
          delete obj.put
          delete obj.created
          delete obj.new
          delete obj.refused
          delete obj.challenge
        }

        if (obj.get != null) {
          delete obj.capacity
          delete obj.info
          delete obj.deleted
          delete obj.del
          delete obj.acked
          delete obj.ack
          delete obj.items
          delete obj.stored
          delete obj.put
          delete obj.created
          delete obj.new
          delete obj.refused
          delete obj.challenge
        }

        if (obj.stored != null) {
          delete obj.capacity
          delete obj.info
          delete obj.deleted
          delete obj.del
          delete obj.acked
          delete obj.ack
          delete obj.items
          delete obj.get
          delete obj.put
          delete obj.created
          delete obj.new
          delete obj.refused
          delete obj.challenge
        }

        if (obj.put != null) {
          delete obj.capacity
          delete obj.info
          delete obj.deleted
          delete obj.del
          delete obj.acked
          delete obj.ack
          delete obj.items
          delete obj.get
          delete obj.stored
          delete obj.created
          delete obj.new
          delete obj.refused
          delete obj.challenge
        }

        if (obj.created != null) {
          delete obj.capacity
          delete obj.info
          delete obj.deleted
          delete obj.del
          delete obj.acked
          delete obj.ack
          delete obj.items
          delete obj.get
          delete obj.stored
          delete obj.put
          delete obj.new
          delete obj.refused
          delete obj.challenge
        }

        if (obj.new != null) {
          delete obj.capacity
          delete obj.info
          delete obj.deleted
          delete obj.del
          delete obj.acked
          delete obj.ack
          delete obj.items
          delete obj.get
          delete obj.stored
          delete obj.put
          delete obj.created
          delete obj.refused
          delete obj.challenge
        }

        if (obj.refused != null) {
          delete obj.capacity
          delete obj.info
          delete obj.deleted
          delete obj.del
          delete obj.acked
          delete obj.ack
          delete obj.items
          delete obj.get
          delete obj.stored
          delete obj.put
          delete obj.created
          delete obj.new
          delete obj.challenge
        }

        if (obj.challenge != null) {
          delete obj.capacity
          delete obj.info
          delete obj.deleted
          delete obj.del
          delete obj.acked
          delete obj.ack
          delete obj.items
          delete obj.get
          delete obj.stored
          delete obj.put
          delete obj.created
          delete obj.new
          delete obj.refused
        }

        return obj
      }, function * () {})
    }

    return _codec
  }

  export function encode (obj: Partial<Frame>): Uint8Array {
    return encodeMessage(obj, Frame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Frame>): Frame {
    return decodeMessage(buf, Frame.codec(), opts)
  }
}

export interface Challenge {
  nonce: Uint8Array
}

export namespace Challenge {
  let _codec: Codec<Challenge>

  export const codec = (): Codec<Challenge> => {
    if (_codec == null) {
      _codec = message<Challenge>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.nonce != null && obj.nonce.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.nonce)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          nonce: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.nonce = reader.bytes()
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

  export function encode (obj: Partial<Challenge>): Uint8Array {
    return encodeMessage(obj, Challenge.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Challenge>): Challenge {
    return decodeMessage(buf, Challenge.codec(), opts)
  }
}

export interface Refused {
  code: string
  detail: string
  limit: number
  used: number
}

export namespace Refused {
  let _codec: Codec<Refused>

  export const codec = (): Codec<Refused> => {
    if (_codec == null) {
      _codec = message<Refused>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.code != null && obj.code !== '')) {
          w.uint32(10)
          w.string(obj.code)
        }

        if ((obj.detail != null && obj.detail !== '')) {
          w.uint32(18)
          w.string(obj.detail)
        }

        if ((obj.limit != null && obj.limit !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.limit)
        }

        if ((obj.used != null && obj.used !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.used)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          code: '',
          detail: '',
          limit: 0,
          used: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.code = reader.string()
              break
            }
            case 2: {
              obj.detail = reader.string()
              break
            }
            case 3: {
              obj.limit = reader.uint64Number()
              break
            }
            case 4: {
              obj.used = reader.uint64Number()
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

  export function encode (obj: Partial<Refused>): Uint8Array {
    return encodeMessage(obj, Refused.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refused>): Refused {
    return decodeMessage(buf, Refused.codec(), opts)
  }
}

export interface New {
  queue: Uint8Array
  readKey: Uint8Array
  writeKey: Uint8Array
  grant: Uint8Array
  signature: Uint8Array
}

export namespace New {
  let _codec: Codec<New>

  export const codec = (): Codec<New> => {
    if (_codec == null) {
      _codec = message<New>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.queue != null && obj.queue.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.queue)
        }

        if ((obj.readKey != null && obj.readKey.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.readKey)
        }

        if ((obj.writeKey != null && obj.writeKey.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.writeKey)
        }

        if ((obj.grant != null && obj.grant.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.grant)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.signature)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          queue: uint8ArrayAlloc(0),
          readKey: uint8ArrayAlloc(0),
          writeKey: uint8ArrayAlloc(0),
          grant: uint8ArrayAlloc(0),
          signature: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.queue = reader.bytes()
              break
            }
            case 2: {
              obj.readKey = reader.bytes()
              break
            }
            case 3: {
              obj.writeKey = reader.bytes()
              break
            }
            case 4: {
              obj.grant = reader.bytes()
              break
            }
            case 5: {
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

  export function encode (obj: Partial<New>): Uint8Array {
    return encodeMessage(obj, New.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<New>): New {
    return decodeMessage(buf, New.codec(), opts)
  }
}

export interface Created {
  limitBytes: number
  limitItems: number
  ttl: number
  grantBytes: number
}

export namespace Created {
  let _codec: Codec<Created>

  export const codec = (): Codec<Created> => {
    if (_codec == null) {
      _codec = message<Created>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.limitBytes != null && obj.limitBytes !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.limitBytes)
        }

        if ((obj.limitItems != null && obj.limitItems !== 0)) {
          w.uint32(16)
          w.uint32(obj.limitItems)
        }

        if ((obj.ttl != null && obj.ttl !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.ttl)
        }

        if ((obj.grantBytes != null && obj.grantBytes !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.grantBytes)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          limitBytes: 0,
          limitItems: 0,
          ttl: 0,
          grantBytes: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.limitBytes = reader.uint64Number()
              break
            }
            case 2: {
              obj.limitItems = reader.uint32()
              break
            }
            case 3: {
              obj.ttl = reader.uint64Number()
              break
            }
            case 4: {
              obj.grantBytes = reader.uint64Number()
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

  export function encode (obj: Partial<Created>): Uint8Array {
    return encodeMessage(obj, Created.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Created>): Created {
    return decodeMessage(buf, Created.codec(), opts)
  }
}

export interface Item {
  id: Uint8Array
  bytes: Uint8Array
}

export namespace Item {
  let _codec: Codec<Item>

  export const codec = (): Codec<Item> => {
    if (_codec == null) {
      _codec = message<Item>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.id != null && obj.id.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.id)
        }

        if ((obj.bytes != null && obj.bytes.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.bytes)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          id: uint8ArrayAlloc(0),
          bytes: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.id = reader.bytes()
              break
            }
            case 2: {
              obj.bytes = reader.bytes()
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

  export function encode (obj: Partial<Item>): Uint8Array {
    return encodeMessage(obj, Item.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Item>): Item {
    return decodeMessage(buf, Item.codec(), opts)
  }
}

export interface Put {
  queue: Uint8Array
  items: Item[]
  signature: Uint8Array
}

export namespace Put {
  let _codec: Codec<Put>

  export const codec = (): Codec<Put> => {
    if (_codec == null) {
      _codec = message<Put>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.queue != null && obj.queue.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.queue)
        }

        if (obj.items != null && obj.items.length > 0) {
          for (const value of obj.items) {
            w.uint32(18)
            Item.codec().encode(value, w)
          }
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.signature)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          queue: uint8ArrayAlloc(0),
          items: [],
          signature: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.queue = reader.bytes()
              break
            }
            case 2: {
              if (opts.limits?.items != null && obj.items.length === opts.limits.items) {
                throw new MaxLengthError('Decode error - repeated field "items" had too many elements')
              }

              obj.items.push(Item.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.items$
              }))
              break
            }
            case 3: {
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

  export function encode (obj: Partial<Put>): Uint8Array {
    return encodeMessage(obj, Put.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Put>): Put {
    return decodeMessage(buf, Put.codec(), opts)
  }
}

export interface Stored {
  receipt: Uint8Array
}

export namespace Stored {
  let _codec: Codec<Stored>

  export const codec = (): Codec<Stored> => {
    if (_codec == null) {
      _codec = message<Stored>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.receipt != null && obj.receipt.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.receipt)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          receipt: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.receipt = reader.bytes()
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

  export function encode (obj: Partial<Stored>): Uint8Array {
    return encodeMessage(obj, Stored.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stored>): Stored {
    return decodeMessage(buf, Stored.codec(), opts)
  }
}

export interface ReceiptBody {
  queue: Uint8Array
  position: number
  head: Uint8Array
  items: Uint8Array
  time: number
  expires: number
}

export namespace ReceiptBody {
  let _codec: Codec<ReceiptBody>

  export const codec = (): Codec<ReceiptBody> => {
    if (_codec == null) {
      _codec = message<ReceiptBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.queue != null && obj.queue.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.queue)
        }

        if ((obj.position != null && obj.position !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.position)
        }

        if ((obj.head != null && obj.head.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.head)
        }

        if ((obj.items != null && obj.items.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.items)
        }

        if ((obj.time != null && obj.time !== 0)) {
          w.uint32(40)
          w.uint64Number(obj.time)
        }

        if ((obj.expires != null && obj.expires !== 0)) {
          w.uint32(48)
          w.uint64Number(obj.expires)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          queue: uint8ArrayAlloc(0),
          position: 0,
          head: uint8ArrayAlloc(0),
          items: uint8ArrayAlloc(0),
          time: 0,
          expires: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.queue = reader.bytes()
              break
            }
            case 2: {
              obj.position = reader.uint64Number()
              break
            }
            case 3: {
              obj.head = reader.bytes()
              break
            }
            case 4: {
              obj.items = reader.bytes()
              break
            }
            case 5: {
              obj.time = reader.uint64Number()
              break
            }
            case 6: {
              obj.expires = reader.uint64Number()
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

  export function encode (obj: Partial<ReceiptBody>): Uint8Array {
    return encodeMessage(obj, ReceiptBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReceiptBody>): ReceiptBody {
    return decodeMessage(buf, ReceiptBody.codec(), opts)
  }
}

export interface Get {
  queue: Uint8Array
  slot: Uint8Array
  after: number
  maxBytes: number
  subscribe: boolean
  signature: Uint8Array
}

export namespace Get {
  let _codec: Codec<Get>

  export const codec = (): Codec<Get> => {
    if (_codec == null) {
      _codec = message<Get>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.queue != null && obj.queue.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.queue)
        }

        if ((obj.slot != null && obj.slot.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.slot)
        }

        if ((obj.after != null && obj.after !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.after)
        }

        if ((obj.maxBytes != null && obj.maxBytes !== 0)) {
          w.uint32(32)
          w.uint32(obj.maxBytes)
        }

        if ((obj.subscribe != null && obj.subscribe !== false)) {
          w.uint32(40)
          w.bool(obj.subscribe)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(50)
          w.bytes(obj.signature)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          queue: uint8ArrayAlloc(0),
          slot: uint8ArrayAlloc(0),
          after: 0,
          maxBytes: 0,
          subscribe: false,
          signature: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.queue = reader.bytes()
              break
            }
            case 2: {
              obj.slot = reader.bytes()
              break
            }
            case 3: {
              obj.after = reader.uint64Number()
              break
            }
            case 4: {
              obj.maxBytes = reader.uint32()
              break
            }
            case 5: {
              obj.subscribe = reader.bool()
              break
            }
            case 6: {
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

  export function encode (obj: Partial<Get>): Uint8Array {
    return encodeMessage(obj, Get.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Get>): Get {
    return decodeMessage(buf, Get.codec(), opts)
  }
}

export interface Link {
  position: number
  hash: Uint8Array
  id: Uint8Array
  bytes: Uint8Array
  time: number
}

export namespace Link {
  let _codec: Codec<Link>

  export const codec = (): Codec<Link> => {
    if (_codec == null) {
      _codec = message<Link>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.position != null && obj.position !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.position)
        }

        if ((obj.hash != null && obj.hash.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.hash)
        }

        if ((obj.id != null && obj.id.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.id)
        }

        if ((obj.bytes != null && obj.bytes.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.bytes)
        }

        if ((obj.time != null && obj.time !== 0)) {
          w.uint32(40)
          w.uint64Number(obj.time)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          position: 0,
          hash: uint8ArrayAlloc(0),
          id: uint8ArrayAlloc(0),
          bytes: uint8ArrayAlloc(0),
          time: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.position = reader.uint64Number()
              break
            }
            case 2: {
              obj.hash = reader.bytes()
              break
            }
            case 3: {
              obj.id = reader.bytes()
              break
            }
            case 4: {
              obj.bytes = reader.bytes()
              break
            }
            case 5: {
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

  export function encode (obj: Partial<Link>): Uint8Array {
    return encodeMessage(obj, Link.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Link>): Link {
    return decodeMessage(buf, Link.codec(), opts)
  }
}

export interface Items {
  queue: Uint8Array
  links: Link[]
  head: Uint8Array
  more: boolean
  closed: boolean
  used: number
}

export namespace Items {
  let _codec: Codec<Items>

  export const codec = (): Codec<Items> => {
    if (_codec == null) {
      _codec = message<Items>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.queue != null && obj.queue.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.queue)
        }

        if (obj.links != null && obj.links.length > 0) {
          for (const value of obj.links) {
            w.uint32(18)
            Link.codec().encode(value, w)
          }
        }

        if ((obj.head != null && obj.head.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.head)
        }

        if ((obj.more != null && obj.more !== false)) {
          w.uint32(32)
          w.bool(obj.more)
        }

        if ((obj.closed != null && obj.closed !== false)) {
          w.uint32(40)
          w.bool(obj.closed)
        }

        if ((obj.used != null && obj.used !== 0)) {
          w.uint32(48)
          w.uint64Number(obj.used)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          queue: uint8ArrayAlloc(0),
          links: [],
          head: uint8ArrayAlloc(0),
          more: false,
          closed: false,
          used: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.queue = reader.bytes()
              break
            }
            case 2: {
              if (opts.limits?.links != null && obj.links.length === opts.limits.links) {
                throw new MaxLengthError('Decode error - repeated field "links" had too many elements')
              }

              obj.links.push(Link.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.links$
              }))
              break
            }
            case 3: {
              obj.head = reader.bytes()
              break
            }
            case 4: {
              obj.more = reader.bool()
              break
            }
            case 5: {
              obj.closed = reader.bool()
              break
            }
            case 6: {
              obj.used = reader.uint64Number()
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

  export function encode (obj: Partial<Items>): Uint8Array {
    return encodeMessage(obj, Items.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Items>): Items {
    return decodeMessage(buf, Items.codec(), opts)
  }
}

export interface HeadBody {
  queue: Uint8Array
  position: number
  head: Uint8Array
  time: number
}

export namespace HeadBody {
  let _codec: Codec<HeadBody>

  export const codec = (): Codec<HeadBody> => {
    if (_codec == null) {
      _codec = message<HeadBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.queue != null && obj.queue.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.queue)
        }

        if ((obj.position != null && obj.position !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.position)
        }

        if ((obj.head != null && obj.head.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.head)
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
          queue: uint8ArrayAlloc(0),
          position: 0,
          head: uint8ArrayAlloc(0),
          time: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.queue = reader.bytes()
              break
            }
            case 2: {
              obj.position = reader.uint64Number()
              break
            }
            case 3: {
              obj.head = reader.bytes()
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

  export function encode (obj: Partial<HeadBody>): Uint8Array {
    return encodeMessage(obj, HeadBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HeadBody>): HeadBody {
    return decodeMessage(buf, HeadBody.codec(), opts)
  }
}

export interface Ack {
  queue: Uint8Array
  slot: Uint8Array
  position: number
  signature: Uint8Array
}

export namespace Ack {
  let _codec: Codec<Ack>

  export const codec = (): Codec<Ack> => {
    if (_codec == null) {
      _codec = message<Ack>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.queue != null && obj.queue.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.queue)
        }

        if ((obj.slot != null && obj.slot.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.slot)
        }

        if ((obj.position != null && obj.position !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.position)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.signature)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          queue: uint8ArrayAlloc(0),
          slot: uint8ArrayAlloc(0),
          position: 0,
          signature: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.queue = reader.bytes()
              break
            }
            case 2: {
              obj.slot = reader.bytes()
              break
            }
            case 3: {
              obj.position = reader.uint64Number()
              break
            }
            case 4: {
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

  export function encode (obj: Partial<Ack>): Uint8Array {
    return encodeMessage(obj, Ack.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ack>): Ack {
    return decodeMessage(buf, Ack.codec(), opts)
  }
}

export interface Acked {
  position: number
  used: number
}

export namespace Acked {
  let _codec: Codec<Acked>

  export const codec = (): Codec<Acked> => {
    if (_codec == null) {
      _codec = message<Acked>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.position != null && obj.position !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.position)
        }

        if ((obj.used != null && obj.used !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.used)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          position: 0,
          used: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.position = reader.uint64Number()
              break
            }
            case 2: {
              obj.used = reader.uint64Number()
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

  export function encode (obj: Partial<Acked>): Uint8Array {
    return encodeMessage(obj, Acked.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Acked>): Acked {
    return decodeMessage(buf, Acked.codec(), opts)
  }
}

export interface Del {
  queue: Uint8Array
  signature: Uint8Array
}

export namespace Del {
  let _codec: Codec<Del>

  export const codec = (): Codec<Del> => {
    if (_codec == null) {
      _codec = message<Del>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.queue != null && obj.queue.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.queue)
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
          queue: uint8ArrayAlloc(0),
          signature: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.queue = reader.bytes()
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

  export function encode (obj: Partial<Del>): Uint8Array {
    return encodeMessage(obj, Del.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Del>): Del {
    return decodeMessage(buf, Del.codec(), opts)
  }
}

export interface Deleted {
  head: Uint8Array
}

export namespace Deleted {
  let _codec: Codec<Deleted>

  export const codec = (): Codec<Deleted> => {
    if (_codec == null) {
      _codec = message<Deleted>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.head != null && obj.head.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.head)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          head: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.head = reader.bytes()
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

  export function encode (obj: Partial<Deleted>): Uint8Array {
    return encodeMessage(obj, Deleted.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Deleted>): Deleted {
    return decodeMessage(buf, Deleted.codec(), opts)
  }
}

export interface Info {}

export namespace Info {
  let _codec: Codec<Info>

  export const codec = (): Codec<Info> => {
    if (_codec == null) {
      _codec = message<Info>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
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

  export function encode (obj: Partial<Info>): Uint8Array {
    return encodeMessage(obj, Info.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Info>): Info {
    return decodeMessage(buf, Info.codec(), opts)
  }
}

export interface Capacity {
  volunteers: boolean
  freeBytes: number
  queueBytes: number
  ttl: number
}

export namespace Capacity {
  let _codec: Codec<Capacity>

  export const codec = (): Codec<Capacity> => {
    if (_codec == null) {
      _codec = message<Capacity>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.volunteers != null && obj.volunteers !== false)) {
          w.uint32(8)
          w.bool(obj.volunteers)
        }

        if ((obj.freeBytes != null && obj.freeBytes !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.freeBytes)
        }

        if ((obj.queueBytes != null && obj.queueBytes !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.queueBytes)
        }

        if ((obj.ttl != null && obj.ttl !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.ttl)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          volunteers: false,
          freeBytes: 0,
          queueBytes: 0,
          ttl: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.volunteers = reader.bool()
              break
            }
            case 2: {
              obj.freeBytes = reader.uint64Number()
              break
            }
            case 3: {
              obj.queueBytes = reader.uint64Number()
              break
            }
            case 4: {
              obj.ttl = reader.uint64Number()
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

  export function encode (obj: Partial<Capacity>): Uint8Array {
    return encodeMessage(obj, Capacity.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Capacity>): Capacity {
    return decodeMessage(buf, Capacity.codec(), opts)
  }
}
