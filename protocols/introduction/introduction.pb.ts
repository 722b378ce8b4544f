// Generated from introduction.proto by `npm run generate`; do not edit.
import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface InboxRecordBody {
  identity: Uint8Array
  sequence: number
  notAfter: number
  inboxKey: Uint8Array
  inboxVerifyKey: Uint8Array
  places: Place[]
  recoveryHash: Uint8Array
}

export namespace InboxRecordBody {
  let _codec: Codec<InboxRecordBody>

  export const codec = (): Codec<InboxRecordBody> => {
    if (_codec == null) {
      _codec = message<InboxRecordBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.identity != null && obj.identity.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.identity)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.sequence)
        }

        if ((obj.notAfter != null && obj.notAfter !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.notAfter)
        }

        if ((obj.inboxKey != null && obj.inboxKey.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.inboxKey)
        }

        if ((obj.inboxVerifyKey != null && obj.inboxVerifyKey.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.inboxVerifyKey)
        }

        if (obj.places != null && obj.places.length > 0) {
          for (const value of obj.places) {
            w.uint32(50)
            Place.codec().encode(value, w)
          }
        }

        if ((obj.recoveryHash != null && obj.recoveryHash.byteLength > 0)) {
          w.uint32(58)
          w.bytes(obj.recoveryHash)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          identity: uint8ArrayAlloc(0),
          sequence: 0,
          notAfter: 0,
          inboxKey: uint8ArrayAlloc(0),
          inboxVerifyKey: uint8ArrayAlloc(0),
          places: [],
          recoveryHash: uint8ArrayAlloc(0)
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
              obj.sequence = reader.uint64Number()
              break
            }
            case 3: {
              obj.notAfter = reader.uint64Number()
              break
            }
            case 4: {
              obj.inboxKey = reader.bytes()
              break
            }
            case 5: {
              obj.inboxVerifyKey = reader.bytes()
              break
            }
            case 6: {
              if (opts.limits?.places != null && obj.places.length === opts.limits.places) {
                throw new MaxLengthError('Decode error - repeated field "places" had too many elements')
              }

              obj.places.push(Place.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.places$
              }))
              break
            }
            case 7: {
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

  export function encode (obj: Partial<InboxRecordBody>): Uint8Array {
    return encodeMessage(obj, InboxRecordBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<InboxRecordBody>): InboxRecordBody {
    return decodeMessage(buf, InboxRecordBody.codec(), opts)
  }
}

export interface Place {
  addresses: Uint8Array[]
}

export namespace Place {
  let _codec: Codec<Place>

  export const codec = (): Codec<Place> => {
    if (_codec == null) {
      _codec = message<Place>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.addresses != null && obj.addresses.length > 0) {
          for (const value of obj.addresses) {
            w.uint32(10)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          addresses: []
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

  export function encode (obj: Partial<Place>): Uint8Array {
    return encodeMessage(obj, Place.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Place>): Place {
    return decodeMessage(buf, Place.codec(), opts)
  }
}

export interface InviteToken {
  secret: Uint8Array
  notAfter: number
  signature: Uint8Array
}

export namespace InviteToken {
  let _codec: Codec<InviteToken>

  export const codec = (): Codec<InviteToken> => {
    if (_codec == null) {
      _codec = message<InviteToken>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.secret != null && obj.secret.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.secret)
        }

        if ((obj.notAfter != null && obj.notAfter !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.notAfter)
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
          secret: uint8ArrayAlloc(0),
          notAfter: 0,
          signature: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.secret = reader.bytes()
              break
            }
            case 2: {
              obj.notAfter = reader.uint64Number()
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

  export function encode (obj: Partial<InviteToken>): Uint8Array {
    return encodeMessage(obj, InviteToken.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<InviteToken>): InviteToken {
    return decodeMessage(buf, InviteToken.codec(), opts)
  }
}

export interface InviteProof {
  key: Uint8Array
  notAfter: number
  signature: Uint8Array
  proof: Uint8Array
}

export namespace InviteProof {
  let _codec: Codec<InviteProof>

  export const codec = (): Codec<InviteProof> => {
    if (_codec == null) {
      _codec = message<InviteProof>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.key != null && obj.key.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.key)
        }

        if ((obj.notAfter != null && obj.notAfter !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.notAfter)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.signature)
        }

        if ((obj.proof != null && obj.proof.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.proof)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          key: uint8ArrayAlloc(0),
          notAfter: 0,
          signature: uint8ArrayAlloc(0),
          proof: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.key = reader.bytes()
              break
            }
            case 2: {
              obj.notAfter = reader.uint64Number()
              break
            }
            case 3: {
              obj.signature = reader.bytes()
              break
            }
            case 4: {
              obj.proof = reader.bytes()
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

  export function encode (obj: Partial<InviteProof>): Uint8Array {
    return encodeMessage(obj, InviteProof.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<InviteProof>): InviteProof {
    return decodeMessage(buf, InviteProof.codec(), opts)
  }
}

export interface RequestBody {
  recipient: Uint8Array
  inboxKeyHash: Uint8Array
  nonce: Uint8Array
  time: number
  certificate: Uint8Array
  keyPackages: Uint8Array[]
  name: string
  note: string
  reply: Uint8Array
  certificates: Uint8Array[]
  known: Uint8Array
  move: Uint8Array
}

export namespace RequestBody {
  let _codec: Codec<RequestBody>

  export const codec = (): Codec<RequestBody> => {
    if (_codec == null) {
      _codec = message<RequestBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.recipient != null && obj.recipient.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.recipient)
        }

        if ((obj.inboxKeyHash != null && obj.inboxKeyHash.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.inboxKeyHash)
        }

        if ((obj.nonce != null && obj.nonce.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.nonce)
        }

        if ((obj.time != null && obj.time !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.time)
        }

        if ((obj.certificate != null && obj.certificate.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.certificate)
        }

        if (obj.keyPackages != null && obj.keyPackages.length > 0) {
          for (const value of obj.keyPackages) {
            w.uint32(50)
            w.bytes(value)
          }
        }

        if ((obj.name != null && obj.name !== '')) {
          w.uint32(58)
          w.string(obj.name)
        }

        if ((obj.note != null && obj.note !== '')) {
          w.uint32(66)
          w.string(obj.note)
        }

        if ((obj.reply != null && obj.reply.byteLength > 0)) {
          w.uint32(74)
          w.bytes(obj.reply)
        }

        if (obj.certificates != null && obj.certificates.length > 0) {
          for (const value of obj.certificates) {
            w.uint32(82)
            w.bytes(value)
          }
        }

        if ((obj.known != null && obj.known.byteLength > 0)) {
          w.uint32(90)
          w.bytes(obj.known)
        }

        if ((obj.move != null && obj.move.byteLength > 0)) {
          w.uint32(98)
          w.bytes(obj.move)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          recipient: uint8ArrayAlloc(0),
          inboxKeyHash: uint8ArrayAlloc(0),
          nonce: uint8ArrayAlloc(0),
          time: 0,
          certificate: uint8ArrayAlloc(0),
          keyPackages: [],
          name: '',
          note: '',
          reply: uint8ArrayAlloc(0),
          certificates: [],
          known: uint8ArrayAlloc(0),
          move: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.recipient = reader.bytes()
              break
            }
            case 2: {
              obj.inboxKeyHash = reader.bytes()
              break
            }
            case 3: {
              obj.nonce = reader.bytes()
              break
            }
            case 4: {
              obj.time = reader.uint64Number()
              break
            }
            case 5: {
              obj.certificate = reader.bytes()
              break
            }
            case 6: {
              if (opts.limits?.keyPackages != null && obj.keyPackages.length === opts.limits.keyPackages) {
                throw new MaxLengthError('Decode error - repeated field "keyPackages" had too many elements')
              }

              obj.keyPackages.push(reader.bytes())
              break
            }
            case 7: {
              obj.name = reader.string()
              break
            }
            case 8: {
              obj.note = reader.string()
              break
            }
            case 9: {
              obj.reply = reader.bytes()
              break
            }
            case 10: {
              if (opts.limits?.certificates != null && obj.certificates.length === opts.limits.certificates) {
                throw new MaxLengthError('Decode error - repeated field "certificates" had too many elements')
              }

              obj.certificates.push(reader.bytes())
              break
            }
            case 11: {
              obj.known = reader.bytes()
              break
            }
            case 12: {
              obj.move = reader.bytes()
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

  export function encode (obj: Partial<RequestBody>): Uint8Array {
    return encodeMessage(obj, RequestBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RequestBody>): RequestBody {
    return decodeMessage(buf, RequestBody.codec(), opts)
  }
}

export interface SealedRequest {
  enc: Uint8Array
  ciphertext: Uint8Array
}

export namespace SealedRequest {
  let _codec: Codec<SealedRequest>

  export const codec = (): Codec<SealedRequest> => {
    if (_codec == null) {
      _codec = message<SealedRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.enc != null && obj.enc.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.enc)
        }

        if ((obj.ciphertext != null && obj.ciphertext.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.ciphertext)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          enc: uint8ArrayAlloc(0),
          ciphertext: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.enc = reader.bytes()
              break
            }
            case 2: {
              obj.ciphertext = reader.bytes()
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

  export function encode (obj: Partial<SealedRequest>): Uint8Array {
    return encodeMessage(obj, SealedRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SealedRequest>): SealedRequest {
    return decodeMessage(buf, SealedRequest.codec(), opts)
  }
}

export interface Frame {
  getInbox?: GetInbox
  inbox?: Inbox
  putRequest?: PutRequest
  stored?: Stored
  refused?: Refused
  register?: Register
  registered?: Registered
  fetch?: Fetch
  requests?: Requests
  drop?: Drop
  dropped?: Dropped
  challenge?: Challenge
  notice?: Notice
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

        if (obj.notice != null) {
          obj.challenge = undefined
          obj.dropped = undefined
          obj.drop = undefined
          obj.requests = undefined
          obj.fetch = undefined
          obj.registered = undefined
          obj.register = undefined
          obj.refused = undefined
          obj.stored = undefined
          obj.putRequest = undefined
          obj.inbox = undefined
          obj.getInbox = undefined
        }

        if (obj.challenge != null) {
          obj.notice = undefined
          obj.dropped = undefined
          obj.drop = undefined
          obj.requests = undefined
          obj.fetch = undefined
          obj.registered = undefined
          obj.register = undefined
          obj.refused = undefined
          obj.stored = undefined
          obj.putRequest = undefined
          obj.inbox = undefined
          obj.getInbox = undefined
        }

        if (obj.dropped != null) {
          obj.notice = undefined
          obj.challenge = undefined
          obj.drop = undefined
          obj.requests = undefined
          obj.fetch = undefined
          obj.registered = undefined
          obj.register = undefined
          obj.refused = undefined
          obj.stored = undefined
          obj.putRequest = undefined
          obj.inbox = undefined
          obj.getInbox = undefined
        }

        if (obj.drop != null) {
          obj.notice = undefined
          obj.challenge = undefined
          obj.dropped = undefined
          obj.requests = undefined
          obj.fetch = undefined
          obj.registered = undefined
          obj.register = undefined
          obj.refused = undefined
          obj.stored = undefined
          obj.putRequest = undefined
          obj.inbox = undefined
          obj.getInbox = undefined
        }

        if (obj.requests != null) {
          obj.notice = undefined
          obj.challenge = undefined
          obj.dropped = undefined
          obj.drop = undefined
          obj.fetch = undefined
          obj.registered = undefined
          obj.register = undefined
          obj.refused = undefined
          obj.stored = undefined
          obj.putRequest = undefined
          obj.inbox = undefined
          obj.getInbox = undefined
        }

        if (obj.fetch != null) {
          obj.notice = undefined
          obj.challenge = undefined
          obj.dropped = undefined
          obj.drop = undefined
          obj.requests = undefined
          obj.registered = undefined
          obj.register = undefined
          obj.refused = undefined
          obj.stored = undefined
          obj.putRequest = undefined
          obj.inbox = undefined
          obj.getInbox = undefined
        }

        if (obj.registered != null) {
          obj.notice = undefined
          obj.challenge = undefined
          obj.dropped = undefined
          obj.drop = undefined
          obj.requests = undefined
          obj.fetch = undefined
          obj.register = undefined
          obj.refused = undefined
          obj.stored = undefined
          obj.putRequest = undefined
          obj.inbox = undefined
          obj.getInbox = undefined
        }

        if (obj.register != null) {
          obj.notice = undefined
          obj.challenge = undefined
          obj.dropped = undefined
          obj.drop = undefined
          obj.requests = undefined
          obj.fetch = undefined
          obj.registered = undefined
          obj.refused = undefined
          obj.stored = undefined
          obj.putRequest = undefined
          obj.inbox = undefined
          obj.getInbox = undefined
        }

        if (obj.refused != null) {
          obj.notice = undefined
          obj.challenge = undefined
          obj.dropped = undefined
          obj.drop = undefined
          obj.requests = undefined
          obj.fetch = undefined
          obj.registered = undefined
          obj.register = undefined
          obj.stored = undefined
          obj.putRequest = undefined
          obj.inbox = undefined
          obj.getInbox = undefined
        }

        if (obj.stored != null) {
          obj.notice = undefined
          obj.challenge = undefined
          obj.dropped = undefined
          obj.drop = undefined
          obj.requests = undefined
          obj.fetch = undefined
          obj.registered = undefined
          obj.register = undefined
          obj.refused = undefined
          obj.putRequest = undefined
          obj.inbox = undefined
          obj.getInbox = undefined
        }

        if (obj.putRequest != null) {
          obj.notice = undefined
          obj.challenge = undefined
          obj.dropped = undefined
          obj.drop = undefined
          obj.requests = undefined
          obj.fetch = undefined
          obj.registered = undefined
          obj.register = undefined
          obj.refused = undefined
          obj.stored = undefined
          obj.inbox = undefined
          obj.getInbox = undefined
        }

        if (obj.inbox != null) {
          obj.notice = undefined
          obj.challenge = undefined
          obj.dropped = undefined
          obj.drop = undefined
          obj.requests = undefined
          obj.fetch = undefined
          obj.registered = undefined
          obj.register = undefined
          obj.refused = undefined
          obj.stored = undefined
          obj.putRequest = undefined
          obj.getInbox = undefined
        }

        if (obj.getInbox != null) {
          obj.notice = undefined
          obj.challenge = undefined
          obj.dropped = undefined
          obj.drop = undefined
          obj.requests = undefined
          obj.fetch = undefined
          obj.registered = undefined
          obj.register = undefined
          obj.refused = undefined
          obj.stored = undefined
          obj.putRequest = undefined
          obj.inbox = undefined
        }

        if (obj.getInbox != null) {
          w.uint32(10)
          GetInbox.codec().encode(obj.getInbox, w)
        }

        if (obj.inbox != null) {
          w.uint32(18)
          Inbox.codec().encode(obj.inbox, w)
        }

        if (obj.putRequest != null) {
          w.uint32(26)
          PutRequest.codec().encode(obj.putRequest, w)
        }

        if (obj.stored != null) {
          w.uint32(34)
          Stored.codec().encode(obj.stored, w)
        }

        if (obj.refused != null) {
          w.uint32(42)
          Refused.codec().encode(obj.refused, w)
        }

        if (obj.register != null) {
          w.uint32(50)
          Register.codec().encode(obj.register, w)
        }

        if (obj.registered != null) {
          w.uint32(58)
          Registered.codec().encode(obj.registered, w)
        }

        if (obj.fetch != null) {
          w.uint32(66)
          Fetch.codec().encode(obj.fetch, w)
        }

        if (obj.requests != null) {
          w.uint32(74)
          Requests.codec().encode(obj.requests, w)
        }

        if (obj.drop != null) {
          w.uint32(82)
          Drop.codec().encode(obj.drop, w)
        }

        if (obj.dropped != null) {
          w.uint32(90)
          Dropped.codec().encode(obj.dropped, w)
        }

        if (obj.challenge != null) {
          w.uint32(98)
          Challenge.codec().encode(obj.challenge, w)
        }

        if (obj.notice != null) {
          w.uint32(106)
          Notice.codec().encode(obj.notice, w)
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
              obj.getInbox = GetInbox.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.getInbox
              })
              break
            }
            case 2: {
              obj.inbox = Inbox.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.inbox
              })
              break
            }
            case 3: {
              obj.putRequest = PutRequest.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.putRequest
              })
              break
            }
            case 4: {
              obj.stored = Stored.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.stored
              })
              break
            }
            case 5: {
              obj.refused = Refused.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.refused
              })
              break
            }
            case 6: {
              obj.register = Register.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.register
              })
              break
            }
            case 7: {
              obj.registered = Registered.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.registered
              })
              break
            }
            case 8: {
              obj.fetch = Fetch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.fetch
              })
              break
            }
            case 9: {
              obj.requests = Requests.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.requests
              })
              break
            }
            case 10: {
              obj.drop = Drop.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.drop
              })
              break
            }
            case 11: {
              obj.dropped = Dropped.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.dropped
              })
              break
            }
            case 12: {
              obj.challenge = Challenge.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.challenge
              })
              break
            }
            case 13: {
              obj.notice = Notice.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.notice
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        if (obj.notice != null) {
          delete obj.challenge
          delete obj.dropped
          delete obj.drop
          delete obj.requests
          delete obj.fetch
          delete obj.registered
          delete obj.register
          delete obj.refused
          delete obj.stored
          delete obj.putRequest
          delete obj.inbox
          delete obj.getInbox
        }

        if (obj.challenge != null) {
          delete obj.notice
          delete obj.dropped
          delete obj.drop
          delete obj.requests
          delete obj.fetch
          delete obj.registered
          delete obj.register
          delete obj.refused
          delete obj.stored
          delete obj.putRequest
          delete obj.inbox
          delete obj.getInbox
        }

        if (obj.dropped != null) {
          delete obj.notice
          delete obj.challenge
          delete obj.drop
          delete obj.requests
          delete obj.fetch
          delete obj.registered
          delete obj.register
          delete obj.refused
          delete obj.stored
          delete obj.putRequest
          delete obj.inbox
          delete obj.getInbox
        }

        if (obj.drop != null) {
          delete obj.notice
          delete obj.challenge
          delete obj.dropped
          delete obj.requests
          delete obj.fetch
          delete obj.registered
          delete obj.register
          delete obj.refused
          delete obj.stored
          delete obj.putRequest
          delete obj.inbox
          delete obj.getInbox
        }

        if (obj.requests != null) {
          delete obj.notice
          delete obj.challenge
          delete obj.dropped
          delete obj.drop
          delete obj.fetch
          delete obj.registered
          delete obj.register
          delete obj.refused
          delete obj.stored
          delete obj.putRequest
          delete obj.inbox
          delete obj.getInbox
        }

        if (obj.fetch != null) {
          delete obj.notice
          delete obj.challenge
          delete obj.dropped
          delete obj.drop
          delete obj.requests
          delete obj.registered
          delete obj.register
          delete obj.refused
          delete obj.stored
          delete obj.putRequest
          delete obj.inbox
          delete obj.getInbox
        }

        if (obj.registered != null) {
          delete obj.notice
          delete obj.challenge
          delete obj.dropped
          delete obj.drop
          delete obj.requests
          delete obj.fetch
          delete obj.register
          delete obj.refused
          delete obj.stored
          delete obj.putRequest
          delete obj.inbox
          delete obj.getInbox
        }

        if (obj.register != null) {
          delete obj.notice
          delete obj.challenge
          delete obj.dropped
          delete obj.drop
          delete obj.requests
          delete obj.fetch
          delete obj.registered
          delete obj.refused
          delete obj.stored
          delete obj.putRequest
          delete obj.inbox
          delete obj.getInbox
        }

        if (obj.refused != null) {
          delete obj.notice
          delete obj.challenge
          delete obj.dropped
          delete obj.drop
          delete obj.requests
          delete obj.fetch
          delete obj.registered
          delete obj.register
          delete obj.stored
          delete obj.putRequest
          delete obj.inbox
          delete obj.getInbox
        }

        if (obj.stored != null) {
          delete obj.notice
          delete obj.challenge
          delete obj.dropped
          delete obj.drop
          delete obj.requests
          delete obj.fetch
          delete obj.registered
          delete obj.register
          delete obj.refused
          delete obj.putRequest
          delete obj.inbox
          delete obj.getInbox
        }

        if (obj.putRequest != null) {
          delete obj.notice
          delete obj.challenge
          delete obj.dropped
          delete obj.drop
          delete obj.requests
          delete obj.fetch
          delete obj.registered
          delete obj.register
          delete obj.refused
          delete obj.stored
          delete obj.inbox
          delete obj.getInbox
        }

        if (obj.inbox != null) {
          delete obj.notice
          delete obj.challenge
          delete obj.dropped
          delete obj.drop
          delete obj.requests
          delete obj.fetch
          delete obj.registered
          delete obj.register
          delete obj.refused
          delete obj.stored
          delete obj.putRequest
          delete obj.getInbox
        }

        if (obj.getInbox != null) {
          delete obj.notice
          delete obj.challenge
          delete obj.dropped
          delete obj.drop
          delete obj.requests
          delete obj.fetch
          delete obj.registered
          delete obj.register
          delete obj.refused
          delete obj.stored
          delete obj.putRequest
          delete obj.inbox
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

export interface GetInbox {
  identity: Uint8Array
}

export namespace GetInbox {
  let _codec: Codec<GetInbox>

  export const codec = (): Codec<GetInbox> => {
    if (_codec == null) {
      _codec = message<GetInbox>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.identity != null && obj.identity.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.identity)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          identity: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.identity = reader.bytes()
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

  export function encode (obj: Partial<GetInbox>): Uint8Array {
    return encodeMessage(obj, GetInbox.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetInbox>): GetInbox {
    return decodeMessage(buf, GetInbox.codec(), opts)
  }
}

export interface Inbox {
  record: Uint8Array
  workBits: number
}

export namespace Inbox {
  let _codec: Codec<Inbox>

  export const codec = (): Codec<Inbox> => {
    if (_codec == null) {
      _codec = message<Inbox>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.record != null && obj.record.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.record)
        }

        if ((obj.workBits != null && obj.workBits !== 0)) {
          w.uint32(16)
          w.uint32(obj.workBits)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          record: uint8ArrayAlloc(0),
          workBits: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.record = reader.bytes()
              break
            }
            case 2: {
              obj.workBits = reader.uint32()
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

  export function encode (obj: Partial<Inbox>): Uint8Array {
    return encodeMessage(obj, Inbox.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Inbox>): Inbox {
    return decodeMessage(buf, Inbox.codec(), opts)
  }
}

export interface PutRequest {
  identity: Uint8Array
  sealed: Uint8Array
  invite: Uint8Array
  workNonce: number
}

export namespace PutRequest {
  let _codec: Codec<PutRequest>

  export const codec = (): Codec<PutRequest> => {
    if (_codec == null) {
      _codec = message<PutRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.identity != null && obj.identity.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.identity)
        }

        if ((obj.sealed != null && obj.sealed.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.sealed)
        }

        if ((obj.invite != null && obj.invite.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.invite)
        }

        if ((obj.workNonce != null && obj.workNonce !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.workNonce)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          identity: uint8ArrayAlloc(0),
          sealed: uint8ArrayAlloc(0),
          invite: uint8ArrayAlloc(0),
          workNonce: 0
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
              obj.sealed = reader.bytes()
              break
            }
            case 3: {
              obj.invite = reader.bytes()
              break
            }
            case 4: {
              obj.workNonce = reader.uint64Number()
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

  export function encode (obj: Partial<PutRequest>): Uint8Array {
    return encodeMessage(obj, PutRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PutRequest>): PutRequest {
    return decodeMessage(buf, PutRequest.codec(), opts)
  }
}

export interface Stored {
  digest: Uint8Array
  expires: number
  signature: Uint8Array
  ownerSignature: Uint8Array
}

export namespace Stored {
  let _codec: Codec<Stored>

  export const codec = (): Codec<Stored> => {
    if (_codec == null) {
      _codec = message<Stored>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.digest != null && obj.digest.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.digest)
        }

        if ((obj.expires != null && obj.expires !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.expires)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.signature)
        }

        if ((obj.ownerSignature != null && obj.ownerSignature.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.ownerSignature)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          digest: uint8ArrayAlloc(0),
          expires: 0,
          signature: uint8ArrayAlloc(0),
          ownerSignature: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.digest = reader.bytes()
              break
            }
            case 2: {
              obj.expires = reader.uint64Number()
              break
            }
            case 3: {
              obj.signature = reader.bytes()
              break
            }
            case 4: {
              obj.ownerSignature = reader.bytes()
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

export interface Refused {
  code: string
  detail: string
  workBits: number
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

        if ((obj.workBits != null && obj.workBits !== 0)) {
          w.uint32(24)
          w.uint32(obj.workBits)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          code: '',
          detail: '',
          workBits: 0
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
              obj.workBits = reader.uint32()
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

export interface Register {
  record: Uint8Array
  grant: Uint8Array
  signature: Uint8Array
}

export namespace Register {
  let _codec: Codec<Register>

  export const codec = (): Codec<Register> => {
    if (_codec == null) {
      _codec = message<Register>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.record != null && obj.record.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.record)
        }

        if ((obj.grant != null && obj.grant.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.grant)
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
          record: uint8ArrayAlloc(0),
          grant: uint8ArrayAlloc(0),
          signature: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.record = reader.bytes()
              break
            }
            case 2: {
              obj.grant = reader.bytes()
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

  export function encode (obj: Partial<Register>): Uint8Array {
    return encodeMessage(obj, Register.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Register>): Register {
    return decodeMessage(buf, Register.codec(), opts)
  }
}

export interface Registered {
  expires: number
}

export namespace Registered {
  let _codec: Codec<Registered>

  export const codec = (): Codec<Registered> => {
    if (_codec == null) {
      _codec = message<Registered>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.expires != null && obj.expires !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.expires)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          expires: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
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

  export function encode (obj: Partial<Registered>): Uint8Array {
    return encodeMessage(obj, Registered.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Registered>): Registered {
    return decodeMessage(buf, Registered.codec(), opts)
  }
}

export interface Fetch {
  identity: Uint8Array
  after: number
  subscribe: boolean
  signature: Uint8Array
}

export namespace Fetch {
  let _codec: Codec<Fetch>

  export const codec = (): Codec<Fetch> => {
    if (_codec == null) {
      _codec = message<Fetch>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.identity != null && obj.identity.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.identity)
        }

        if ((obj.after != null && obj.after !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.after)
        }

        if ((obj.subscribe != null && obj.subscribe !== false)) {
          w.uint32(24)
          w.bool(obj.subscribe)
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
          identity: uint8ArrayAlloc(0),
          after: 0,
          subscribe: false,
          signature: uint8ArrayAlloc(0)
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
              obj.after = reader.uint64Number()
              break
            }
            case 3: {
              obj.subscribe = reader.bool()
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

  export function encode (obj: Partial<Fetch>): Uint8Array {
    return encodeMessage(obj, Fetch.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Fetch>): Fetch {
    return decodeMessage(buf, Fetch.codec(), opts)
  }
}

export interface Kept {
  slot: number
  sealed: Uint8Array
  invite: Uint8Array
}

export namespace Kept {
  let _codec: Codec<Kept>

  export const codec = (): Codec<Kept> => {
    if (_codec == null) {
      _codec = message<Kept>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.slot != null && obj.slot !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.slot)
        }

        if ((obj.sealed != null && obj.sealed.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.sealed)
        }

        if ((obj.invite != null && obj.invite.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.invite)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          slot: 0,
          sealed: uint8ArrayAlloc(0),
          invite: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.slot = reader.uint64Number()
              break
            }
            case 2: {
              obj.sealed = reader.bytes()
              break
            }
            case 3: {
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

  export function encode (obj: Partial<Kept>): Uint8Array {
    return encodeMessage(obj, Kept.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Kept>): Kept {
    return decodeMessage(buf, Kept.codec(), opts)
  }
}

export interface Requests {
  kept: Kept[]
  more: boolean
}

export namespace Requests {
  let _codec: Codec<Requests>

  export const codec = (): Codec<Requests> => {
    if (_codec == null) {
      _codec = message<Requests>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.kept != null && obj.kept.length > 0) {
          for (const value of obj.kept) {
            w.uint32(10)
            Kept.codec().encode(value, w)
          }
        }

        if ((obj.more != null && obj.more !== false)) {
          w.uint32(16)
          w.bool(obj.more)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          kept: [],
          more: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.kept != null && obj.kept.length === opts.limits.kept) {
                throw new MaxLengthError('Decode error - repeated field "kept" had too many elements')
              }

              obj.kept.push(Kept.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.kept$
              }))
              break
            }
            case 2: {
              obj.more = reader.bool()
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

  export function encode (obj: Partial<Requests>): Uint8Array {
    return encodeMessage(obj, Requests.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Requests>): Requests {
    return decodeMessage(buf, Requests.codec(), opts)
  }
}

export interface Drop {
  identity: Uint8Array
  digests: Uint8Array[]
  signature: Uint8Array
}

export namespace Drop {
  let _codec: Codec<Drop>

  export const codec = (): Codec<Drop> => {
    if (_codec == null) {
      _codec = message<Drop>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.identity != null && obj.identity.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.identity)
        }

        if (obj.digests != null && obj.digests.length > 0) {
          for (const value of obj.digests) {
            w.uint32(18)
            w.bytes(value)
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
          identity: uint8ArrayAlloc(0),
          digests: [],
          signature: uint8ArrayAlloc(0)
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
              if (opts.limits?.digests != null && obj.digests.length === opts.limits.digests) {
                throw new MaxLengthError('Decode error - repeated field "digests" had too many elements')
              }

              obj.digests.push(reader.bytes())
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

  export function encode (obj: Partial<Drop>): Uint8Array {
    return encodeMessage(obj, Drop.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Drop>): Drop {
    return decodeMessage(buf, Drop.codec(), opts)
  }
}

export interface Dropped {
  count: number
}

export namespace Dropped {
  let _codec: Codec<Dropped>

  export const codec = (): Codec<Dropped> => {
    if (_codec == null) {
      _codec = message<Dropped>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.count != null && obj.count !== 0)) {
          w.uint32(8)
          w.uint32(obj.count)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          count: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.count = reader.uint32()
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

  export function encode (obj: Partial<Dropped>): Uint8Array {
    return encodeMessage(obj, Dropped.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Dropped>): Dropped {
    return decodeMessage(buf, Dropped.codec(), opts)
  }
}

export interface Notice {
  identity: Uint8Array
}

export namespace Notice {
  let _codec: Codec<Notice>

  export const codec = (): Codec<Notice> => {
    if (_codec == null) {
      _codec = message<Notice>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.identity != null && obj.identity.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.identity)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          identity: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.identity = reader.bytes()
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

  export function encode (obj: Partial<Notice>): Uint8Array {
    return encodeMessage(obj, Notice.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Notice>): Notice {
    return decodeMessage(buf, Notice.codec(), opts)
  }
}

export interface KeptSlot {
  digest: Uint8Array
  bits: number
  invite: Uint8Array
  expires: number
  sealed: Uint8Array
  number: number
  identity: Uint8Array
}

export namespace KeptSlot {
  let _codec: Codec<KeptSlot>

  export const codec = (): Codec<KeptSlot> => {
    if (_codec == null) {
      _codec = message<KeptSlot>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.digest != null && obj.digest.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.digest)
        }

        if ((obj.bits != null && obj.bits !== 0)) {
          w.uint32(16)
          w.uint32(obj.bits)
        }

        if ((obj.invite != null && obj.invite.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.invite)
        }

        if ((obj.expires != null && obj.expires !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.expires)
        }

        if ((obj.sealed != null && obj.sealed.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.sealed)
        }

        if ((obj.number != null && obj.number !== 0)) {
          w.uint32(48)
          w.uint64Number(obj.number)
        }

        if ((obj.identity != null && obj.identity.byteLength > 0)) {
          w.uint32(58)
          w.bytes(obj.identity)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          digest: uint8ArrayAlloc(0),
          bits: 0,
          invite: uint8ArrayAlloc(0),
          expires: 0,
          sealed: uint8ArrayAlloc(0),
          number: 0,
          identity: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.digest = reader.bytes()
              break
            }
            case 2: {
              obj.bits = reader.uint32()
              break
            }
            case 3: {
              obj.invite = reader.bytes()
              break
            }
            case 4: {
              obj.expires = reader.uint64Number()
              break
            }
            case 5: {
              obj.sealed = reader.bytes()
              break
            }
            case 6: {
              obj.number = reader.uint64Number()
              break
            }
            case 7: {
              obj.identity = reader.bytes()
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

  export function encode (obj: Partial<KeptSlot>): Uint8Array {
    return encodeMessage(obj, KeptSlot.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<KeptSlot>): KeptSlot {
    return decodeMessage(buf, KeptSlot.codec(), opts)
  }
}

export interface Remembered {
  id: Uint8Array
  expires: number
}

export namespace Remembered {
  let _codec: Codec<Remembered>

  export const codec = (): Codec<Remembered> => {
    if (_codec == null) {
      _codec = message<Remembered>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.id != null && obj.id.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.id)
        }

        if ((obj.expires != null && obj.expires !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.expires)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          id: uint8ArrayAlloc(0),
          expires: 0
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

  export function encode (obj: Partial<Remembered>): Uint8Array {
    return encodeMessage(obj, Remembered.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Remembered>): Remembered {
    return decodeMessage(buf, Remembered.codec(), opts)
  }
}

export interface KeptInbox {
  identity: Uint8Array
  record: Uint8Array
  guest: boolean
  expires: number
  next: number
  spent: Remembered[]
  collected: Remembered[]
}

export namespace KeptInbox {
  let _codec: Codec<KeptInbox>

  export const codec = (): Codec<KeptInbox> => {
    if (_codec == null) {
      _codec = message<KeptInbox>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.identity != null && obj.identity.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.identity)
        }

        if ((obj.record != null && obj.record.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.record)
        }

        if ((obj.guest != null && obj.guest !== false)) {
          w.uint32(24)
          w.bool(obj.guest)
        }

        if ((obj.expires != null && obj.expires !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.expires)
        }

        if ((obj.next != null && obj.next !== 0)) {
          w.uint32(40)
          w.uint64Number(obj.next)
        }

        if (obj.spent != null && obj.spent.length > 0) {
          for (const value of obj.spent) {
            w.uint32(50)
            Remembered.codec().encode(value, w)
          }
        }

        if (obj.collected != null && obj.collected.length > 0) {
          for (const value of obj.collected) {
            w.uint32(58)
            Remembered.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          identity: uint8ArrayAlloc(0),
          record: uint8ArrayAlloc(0),
          guest: false,
          expires: 0,
          next: 0,
          spent: [],
          collected: []
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
              obj.record = reader.bytes()
              break
            }
            case 3: {
              obj.guest = reader.bool()
              break
            }
            case 4: {
              obj.expires = reader.uint64Number()
              break
            }
            case 5: {
              obj.next = reader.uint64Number()
              break
            }
            case 6: {
              if (opts.limits?.spent != null && obj.spent.length === opts.limits.spent) {
                throw new MaxLengthError('Decode error - repeated field "spent" had too many elements')
              }

              obj.spent.push(Remembered.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.spent$
              }))
              break
            }
            case 7: {
              if (opts.limits?.collected != null && obj.collected.length === opts.limits.collected) {
                throw new MaxLengthError('Decode error - repeated field "collected" had too many elements')
              }

              obj.collected.push(Remembered.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.collected$
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

  export function encode (obj: Partial<KeptInbox>): Uint8Array {
    return encodeMessage(obj, KeptInbox.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<KeptInbox>): KeptInbox {
    return decodeMessage(buf, KeptInbox.codec(), opts)
  }
}
