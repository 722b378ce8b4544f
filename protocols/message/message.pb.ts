// Generated from message.proto by `npm run generate`; do not edit.
import { decodeMessage, encodeMessage, enumeration, MaxLengthError, message } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Entry {
  conversation: Uint8Array
  author: Uint8Array
  sequence: number
  depth: number
  parents: Parent[]
  time: number
  kind: number
  body: Uint8Array
}

export namespace Entry {
  let _codec: Codec<Entry>

  export const codec = (): Codec<Entry> => {
    if (_codec == null) {
      _codec = message<Entry>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.conversation != null && obj.conversation.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.conversation)
        }

        if ((obj.author != null && obj.author.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.author)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.sequence)
        }

        if ((obj.depth != null && obj.depth !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.depth)
        }

        if (obj.parents != null && obj.parents.length > 0) {
          for (const value of obj.parents) {
            w.uint32(42)
            Parent.codec().encode(value, w)
          }
        }

        if ((obj.time != null && obj.time !== 0)) {
          w.uint32(48)
          w.uint64Number(obj.time)
        }

        if ((obj.kind != null && obj.kind !== 0)) {
          w.uint32(56)
          w.uint32(obj.kind)
        }

        if ((obj.body != null && obj.body.byteLength > 0)) {
          w.uint32(66)
          w.bytes(obj.body)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          conversation: uint8ArrayAlloc(0),
          author: uint8ArrayAlloc(0),
          sequence: 0,
          depth: 0,
          parents: [],
          time: 0,
          kind: 0,
          body: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.conversation = reader.bytes()
              break
            }
            case 2: {
              obj.author = reader.bytes()
              break
            }
            case 3: {
              obj.sequence = reader.uint64Number()
              break
            }
            case 4: {
              obj.depth = reader.uint64Number()
              break
            }
            case 5: {
              if (opts.limits?.parents != null && obj.parents.length === opts.limits.parents) {
                throw new MaxLengthError('Decode error - repeated field "parents" had too many elements')
              }

              obj.parents.push(Parent.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.parents$
              }))
              break
            }
            case 6: {
              obj.time = reader.uint64Number()
              break
            }
            case 7: {
              obj.kind = reader.uint32()
              break
            }
            case 8: {
              obj.body = reader.bytes()
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

  export function encode (obj: Partial<Entry>): Uint8Array {
    return encodeMessage(obj, Entry.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Entry>): Entry {
    return decodeMessage(buf, Entry.codec(), opts)
  }
}

export interface Parent {
  author: Uint8Array
  sequence: number
  hash: Uint8Array
}

export namespace Parent {
  let _codec: Codec<Parent>

  export const codec = (): Codec<Parent> => {
    if (_codec == null) {
      _codec = message<Parent>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.author != null && obj.author.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.author)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.sequence)
        }

        if ((obj.hash != null && obj.hash.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.hash)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          author: uint8ArrayAlloc(0),
          sequence: 0,
          hash: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.author = reader.bytes()
              break
            }
            case 2: {
              obj.sequence = reader.uint64Number()
              break
            }
            case 3: {
              obj.hash = reader.bytes()
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

  export function encode (obj: Partial<Parent>): Uint8Array {
    return encodeMessage(obj, Parent.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Parent>): Parent {
    return decodeMessage(buf, Parent.codec(), opts)
  }
}

export interface Run {
  entries: Uint8Array[]
  signature: Uint8Array
  credential: Uint8Array
}

export namespace Run {
  let _codec: Codec<Run>

  export const codec = (): Codec<Run> => {
    if (_codec == null) {
      _codec = message<Run>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.entries != null && obj.entries.length > 0) {
          for (const value of obj.entries) {
            w.uint32(10)
            w.bytes(value)
          }
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.signature)
        }

        if ((obj.credential != null && obj.credential.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.credential)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          entries: [],
          signature: uint8ArrayAlloc(0),
          credential: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.entries != null && obj.entries.length === opts.limits.entries) {
                throw new MaxLengthError('Decode error - repeated field "entries" had too many elements')
              }

              obj.entries.push(reader.bytes())
              break
            }
            case 2: {
              obj.signature = reader.bytes()
              break
            }
            case 3: {
              obj.credential = reader.bytes()
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

  export function encode (obj: Partial<Run>): Uint8Array {
    return encodeMessage(obj, Run.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Run>): Run {
    return decodeMessage(buf, Run.codec(), opts)
  }
}

export interface Target {
  author: Uint8Array
  sequence: number
  hash: Uint8Array
}

export namespace Target {
  let _codec: Codec<Target>

  export const codec = (): Codec<Target> => {
    if (_codec == null) {
      _codec = message<Target>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.author != null && obj.author.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.author)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.sequence)
        }

        if ((obj.hash != null && obj.hash.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.hash)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          author: uint8ArrayAlloc(0),
          sequence: 0,
          hash: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.author = reader.bytes()
              break
            }
            case 2: {
              obj.sequence = reader.uint64Number()
              break
            }
            case 3: {
              obj.hash = reader.bytes()
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

  export function encode (obj: Partial<Target>): Uint8Array {
    return encodeMessage(obj, Target.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Target>): Target {
    return decodeMessage(buf, Target.codec(), opts)
  }
}

export interface Text {
  text: string
  replyTo?: Target
}

export namespace Text {
  let _codec: Codec<Text>

  export const codec = (): Codec<Text> => {
    if (_codec == null) {
      _codec = message<Text>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.text != null && obj.text !== '')) {
          w.uint32(10)
          w.string(obj.text)
        }

        if (obj.replyTo != null) {
          w.uint32(18)
          Target.codec().encode(obj.replyTo, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          text: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.text = reader.string()
              break
            }
            case 2: {
              obj.replyTo = Target.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.replyTo
              })
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

  export function encode (obj: Partial<Text>): Uint8Array {
    return encodeMessage(obj, Text.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Text>): Text {
    return decodeMessage(buf, Text.codec(), opts)
  }
}

export interface Reaction {
  target?: Target
  emoji: string
}

export namespace Reaction {
  let _codec: Codec<Reaction>

  export const codec = (): Codec<Reaction> => {
    if (_codec == null) {
      _codec = message<Reaction>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.target != null) {
          w.uint32(10)
          Target.codec().encode(obj.target, w)
        }

        if ((obj.emoji != null && obj.emoji !== '')) {
          w.uint32(18)
          w.string(obj.emoji)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          emoji: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.target = Target.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.target
              })
              break
            }
            case 2: {
              obj.emoji = reader.string()
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

  export function encode (obj: Partial<Reaction>): Uint8Array {
    return encodeMessage(obj, Reaction.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Reaction>): Reaction {
    return decodeMessage(buf, Reaction.codec(), opts)
  }
}

export interface Edit {
  target?: Target
  text: string
}

export namespace Edit {
  let _codec: Codec<Edit>

  export const codec = (): Codec<Edit> => {
    if (_codec == null) {
      _codec = message<Edit>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.target != null) {
          w.uint32(10)
          Target.codec().encode(obj.target, w)
        }

        if ((obj.text != null && obj.text !== '')) {
          w.uint32(18)
          w.string(obj.text)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          text: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.target = Target.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.target
              })
              break
            }
            case 2: {
              obj.text = reader.string()
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

  export function encode (obj: Partial<Edit>): Uint8Array {
    return encodeMessage(obj, Edit.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Edit>): Edit {
    return decodeMessage(buf, Edit.codec(), opts)
  }
}

export interface Retraction {
  target?: Target
}

export namespace Retraction {
  let _codec: Codec<Retraction>

  export const codec = (): Codec<Retraction> => {
    if (_codec == null) {
      _codec = message<Retraction>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.target != null) {
          w.uint32(10)
          Target.codec().encode(obj.target, w)
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
            case 1: {
              obj.target = Target.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.target
              })
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

  export function encode (obj: Partial<Retraction>): Uint8Array {
    return encodeMessage(obj, Retraction.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Retraction>): Retraction {
    return decodeMessage(buf, Retraction.codec(), opts)
  }
}

export interface Call {
  call: Uint8Array
  outcome: CallOutcome
  video: boolean
  seconds: number
  caller: boolean
  withdrawn: boolean
}

export namespace Call {
  let _codec: Codec<Call>

  export const codec = (): Codec<Call> => {
    if (_codec == null) {
      _codec = message<Call>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.call != null && obj.call.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.call)
        }

        if (obj.outcome != null && __CallOutcomeValues[obj.outcome] !== 0) {
          w.uint32(16)
          CallOutcome.codec().encode(obj.outcome, w)
        }

        if ((obj.video != null && obj.video !== false)) {
          w.uint32(24)
          w.bool(obj.video)
        }

        if ((obj.seconds != null && obj.seconds !== 0)) {
          w.uint32(32)
          w.uint32(obj.seconds)
        }

        if ((obj.caller != null && obj.caller !== false)) {
          w.uint32(40)
          w.bool(obj.caller)
        }

        if ((obj.withdrawn != null && obj.withdrawn !== false)) {
          w.uint32(48)
          w.bool(obj.withdrawn)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          call: uint8ArrayAlloc(0),
          outcome: CallOutcome.NOTHING,
          video: false,
          seconds: 0,
          caller: false,
          withdrawn: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.call = reader.bytes()
              break
            }
            case 2: {
              obj.outcome = CallOutcome.codec().decode(reader)
              break
            }
            case 3: {
              obj.video = reader.bool()
              break
            }
            case 4: {
              obj.seconds = reader.uint32()
              break
            }
            case 5: {
              obj.caller = reader.bool()
              break
            }
            case 6: {
              obj.withdrawn = reader.bool()
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

  export function encode (obj: Partial<Call>): Uint8Array {
    return encodeMessage(obj, Call.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Call>): Call {
    return decodeMessage(buf, Call.codec(), opts)
  }
}

export enum CallOutcome {
  NOTHING = 'NOTHING',
  ANSWERED = 'ANSWERED',
  MISSED = 'MISSED',
  REFUSED = 'REFUSED',
  OCCUPIED = 'OCCUPIED',
  NO_WAY = 'NO_WAY',
  CUT_OFF = 'CUT_OFF'
}

enum __CallOutcomeValues {
  NOTHING = 0,
  ANSWERED = 1,
  MISSED = 2,
  REFUSED = 3,
  OCCUPIED = 4,
  NO_WAY = 5,
  CUT_OFF = 6
}

export namespace CallOutcome {
  export const codec = (): Codec<CallOutcome> => {
    return enumeration<CallOutcome>(__CallOutcomeValues)
  }
}
