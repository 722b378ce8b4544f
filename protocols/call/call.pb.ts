// Generated from call.proto by `npm run generate`; do not edit.
/* eslint-disable require-yield */

import { decodeMessage, encodeMessage, enumeration, MaxLengthError, message } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Signal {
  call: Uint8Array
  number: number
  to: Uint8Array
  invite?: Invite
  ringing?: Ringing
  accept?: Accept
  answered?: Answered
  end?: End
  description?: Description
  candidates?: Candidates
  tracks?: Tracks
  members?: Members
}

export namespace Signal {
  let _codec: Codec<Signal>

  export const codec = (): Codec<Signal> => {
    if (_codec == null) {
      _codec = message<Signal>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.call != null && obj.call.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.call)
        }

        if ((obj.number != null && obj.number !== 0)) {
          w.uint32(16)
          w.uint32(obj.number)
        }

        if ((obj.to != null && obj.to.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.to)
        }

        if (obj.invite != null) {
          w.uint32(34)
          Invite.codec().encode(obj.invite, w)
        }

        if (obj.ringing != null) {
          w.uint32(42)
          Ringing.codec().encode(obj.ringing, w)
        }

        if (obj.accept != null) {
          w.uint32(50)
          Accept.codec().encode(obj.accept, w)
        }

        if (obj.answered != null) {
          w.uint32(58)
          Answered.codec().encode(obj.answered, w)
        }

        if (obj.end != null) {
          w.uint32(66)
          End.codec().encode(obj.end, w)
        }

        if (obj.description != null) {
          w.uint32(74)
          Description.codec().encode(obj.description, w)
        }

        if (obj.candidates != null) {
          w.uint32(82)
          Candidates.codec().encode(obj.candidates, w)
        }

        if (obj.tracks != null) {
          w.uint32(90)
          Tracks.codec().encode(obj.tracks, w)
        }

        if (obj.members != null) {
          w.uint32(98)
          Members.codec().encode(obj.members, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          call: uint8ArrayAlloc(0),
          number: 0,
          to: uint8ArrayAlloc(0)
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
              obj.number = reader.uint32()
              break
            }
            case 3: {
              obj.to = reader.bytes()
              break
            }
            case 4: {
              obj.invite = Invite.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.invite
              })
              break
            }
            case 5: {
              obj.ringing = Ringing.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ringing
              })
              break
            }
            case 6: {
              obj.accept = Accept.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.accept
              })
              break
            }
            case 7: {
              obj.answered = Answered.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.answered
              })
              break
            }
            case 8: {
              obj.end = End.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.end
              })
              break
            }
            case 9: {
              obj.description = Description.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.description
              })
              break
            }
            case 10: {
              obj.candidates = Candidates.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.candidates
              })
              break
            }
            case 11: {
              obj.tracks = Tracks.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.tracks
              })
              break
            }
            case 12: {
              obj.members = Members.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.members
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

  export function encode (obj: Partial<Signal>): Uint8Array {
    return encodeMessage(obj, Signal.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Signal>): Signal {
    return decodeMessage(buf, Signal.codec(), opts)
  }
}

export interface Invite {
  tracks?: Tracks
  sdp: string
  others: Uint8Array[]
  joining: boolean
  again: boolean
}

export namespace Invite {
  let _codec: Codec<Invite>

  export const codec = (): Codec<Invite> => {
    if (_codec == null) {
      _codec = message<Invite>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.tracks != null) {
          w.uint32(10)
          Tracks.codec().encode(obj.tracks, w)
        }

        if ((obj.sdp != null && obj.sdp !== '')) {
          w.uint32(18)
          w.string(obj.sdp)
        }

        if (obj.others != null && obj.others.length > 0) {
          for (const value of obj.others) {
            w.uint32(26)
            w.bytes(value)
          }
        }

        if ((obj.joining != null && obj.joining !== false)) {
          w.uint32(32)
          w.bool(obj.joining)
        }

        if ((obj.again != null && obj.again !== false)) {
          w.uint32(40)
          w.bool(obj.again)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          sdp: '',
          others: [],
          joining: false,
          again: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.tracks = Tracks.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.tracks
              })
              break
            }
            case 2: {
              obj.sdp = reader.string()
              break
            }
            case 3: {
              if (opts.limits?.others != null && obj.others.length === opts.limits.others) {
                throw new MaxLengthError('Decode error - repeated field "others" had too many elements')
              }

              obj.others.push(reader.bytes())
              break
            }
            case 4: {
              obj.joining = reader.bool()
              break
            }
            case 5: {
              obj.again = reader.bool()
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

  export function encode (obj: Partial<Invite>): Uint8Array {
    return encodeMessage(obj, Invite.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Invite>): Invite {
    return decodeMessage(buf, Invite.codec(), opts)
  }
}

export interface Ringing {}

export namespace Ringing {
  let _codec: Codec<Ringing>

  export const codec = (): Codec<Ringing> => {
    if (_codec == null) {
      _codec = message<Ringing>((obj, w, opts = {}) => {
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

  export function encode (obj: Partial<Ringing>): Uint8Array {
    return encodeMessage(obj, Ringing.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ringing>): Ringing {
    return decodeMessage(buf, Ringing.codec(), opts)
  }
}

export interface Accept {
  tracks?: Tracks
  sdp: string
}

export namespace Accept {
  let _codec: Codec<Accept>

  export const codec = (): Codec<Accept> => {
    if (_codec == null) {
      _codec = message<Accept>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.tracks != null) {
          w.uint32(10)
          Tracks.codec().encode(obj.tracks, w)
        }

        if ((obj.sdp != null && obj.sdp !== '')) {
          w.uint32(18)
          w.string(obj.sdp)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          sdp: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.tracks = Tracks.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.tracks
              })
              break
            }
            case 2: {
              obj.sdp = reader.string()
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

  export function encode (obj: Partial<Accept>): Uint8Array {
    return encodeMessage(obj, Accept.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Accept>): Accept {
    return decodeMessage(buf, Accept.codec(), opts)
  }
}

export interface Answered {
  device: Uint8Array
}

export namespace Answered {
  let _codec: Codec<Answered>

  export const codec = (): Codec<Answered> => {
    if (_codec == null) {
      _codec = message<Answered>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.device != null && obj.device.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.device)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          device: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.device = reader.bytes()
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

  export function encode (obj: Partial<Answered>): Uint8Array {
    return encodeMessage(obj, Answered.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Answered>): Answered {
    return decodeMessage(buf, Answered.codec(), opts)
  }
}

export interface End {
  reason: Reason
}

export namespace End {
  let _codec: Codec<End>

  export const codec = (): Codec<End> => {
    if (_codec == null) {
      _codec = message<End>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.reason != null && __ReasonValues[obj.reason] !== 0) {
          w.uint32(8)
          Reason.codec().encode(obj.reason, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          reason: Reason.UNKNOWN
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.reason = Reason.codec().decode(reader)
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

  export function encode (obj: Partial<End>): Uint8Array {
    return encodeMessage(obj, End.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<End>): End {
    return decodeMessage(buf, End.codec(), opts)
  }
}

export interface Description {
  answer: boolean
  sdp: string
  round: number
}

export namespace Description {
  let _codec: Codec<Description>

  export const codec = (): Codec<Description> => {
    if (_codec == null) {
      _codec = message<Description>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.answer != null && obj.answer !== false)) {
          w.uint32(8)
          w.bool(obj.answer)
        }

        if ((obj.sdp != null && obj.sdp !== '')) {
          w.uint32(18)
          w.string(obj.sdp)
        }

        if ((obj.round != null && obj.round !== 0)) {
          w.uint32(24)
          w.uint32(obj.round)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          answer: false,
          sdp: '',
          round: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.answer = reader.bool()
              break
            }
            case 2: {
              obj.sdp = reader.string()
              break
            }
            case 3: {
              obj.round = reader.uint32()
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

  export function encode (obj: Partial<Description>): Uint8Array {
    return encodeMessage(obj, Description.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Description>): Description {
    return decodeMessage(buf, Description.codec(), opts)
  }
}

export interface Candidates {
  candidates: Candidate[]
}

export namespace Candidates {
  let _codec: Codec<Candidates>

  export const codec = (): Codec<Candidates> => {
    if (_codec == null) {
      _codec = message<Candidates>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.candidates != null && obj.candidates.length > 0) {
          for (const value of obj.candidates) {
            w.uint32(10)
            Candidate.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          candidates: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.candidates != null && obj.candidates.length === opts.limits.candidates) {
                throw new MaxLengthError('Decode error - repeated field "candidates" had too many elements')
              }

              obj.candidates.push(Candidate.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.candidates$
              }))
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

  export function encode (obj: Partial<Candidates>): Uint8Array {
    return encodeMessage(obj, Candidates.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Candidates>): Candidates {
    return decodeMessage(buf, Candidates.codec(), opts)
  }
}

export interface Candidate {
  candidate: string
  mid: string
}

export namespace Candidate {
  let _codec: Codec<Candidate>

  export const codec = (): Codec<Candidate> => {
    if (_codec == null) {
      _codec = message<Candidate>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.candidate != null && obj.candidate !== '')) {
          w.uint32(10)
          w.string(obj.candidate)
        }

        if ((obj.mid != null && obj.mid !== '')) {
          w.uint32(18)
          w.string(obj.mid)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          candidate: '',
          mid: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.candidate = reader.string()
              break
            }
            case 2: {
              obj.mid = reader.string()
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

  export function encode (obj: Partial<Candidate>): Uint8Array {
    return encodeMessage(obj, Candidate.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Candidate>): Candidate {
    return decodeMessage(buf, Candidate.codec(), opts)
  }
}

export interface Tracks {
  audio: boolean
  video: boolean
  screen: boolean
}

export namespace Tracks {
  let _codec: Codec<Tracks>

  export const codec = (): Codec<Tracks> => {
    if (_codec == null) {
      _codec = message<Tracks>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.audio != null && obj.audio !== false)) {
          w.uint32(8)
          w.bool(obj.audio)
        }

        if ((obj.video != null && obj.video !== false)) {
          w.uint32(16)
          w.bool(obj.video)
        }

        if ((obj.screen != null && obj.screen !== false)) {
          w.uint32(24)
          w.bool(obj.screen)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          audio: false,
          video: false,
          screen: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.audio = reader.bool()
              break
            }
            case 2: {
              obj.video = reader.bool()
              break
            }
            case 3: {
              obj.screen = reader.bool()
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

  export function encode (obj: Partial<Tracks>): Uint8Array {
    return encodeMessage(obj, Tracks.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Tracks>): Tracks {
    return decodeMessage(buf, Tracks.codec(), opts)
  }
}

export interface Members {
  people: Uint8Array[]
}

export namespace Members {
  let _codec: Codec<Members>

  export const codec = (): Codec<Members> => {
    if (_codec == null) {
      _codec = message<Members>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.people != null && obj.people.length > 0) {
          for (const value of obj.people) {
            w.uint32(10)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          people: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.people != null && obj.people.length === opts.limits.people) {
                throw new MaxLengthError('Decode error - repeated field "people" had too many elements')
              }

              obj.people.push(reader.bytes())
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

  export function encode (obj: Partial<Members>): Uint8Array {
    return encodeMessage(obj, Members.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Members>): Members {
    return decodeMessage(buf, Members.codec(), opts)
  }
}

export enum Reason {
  UNKNOWN = 'UNKNOWN',
  HUNG_UP = 'HUNG_UP',
  DECLINED = 'DECLINED',
  BUSY = 'BUSY',
  CANCELLED = 'CANCELLED',
  UNANSWERED = 'UNANSWERED',
  FAILED = 'FAILED',
  LOST = 'LOST'
}

enum __ReasonValues {
  UNKNOWN = 0,
  HUNG_UP = 1,
  DECLINED = 2,
  BUSY = 3,
  CANCELLED = 4,
  UNANSWERED = 5,
  FAILED = 6,
  LOST = 7
}

export namespace Reason {
  export const codec = (): Codec<Reason> => {
    return enumeration<Reason>(__ReasonValues)
  }
}
