import { readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { expect } from 'chai'
import { issueDirectoryRecord, openDirectoryRecord } from '../../packages/node/src/directory/record.ts'
import { decodeValue, DirectoryRecord, encodeValue, identityOfKey, MAX_CERTIFICATE_HASHES, routingKey, serviceKey } from './index.ts'

const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'))
const bytes = (name: string): Uint8Array => hexToBytes(vectors[name])

describe('vectors of the directory', () => {
  it('DIR-1: the key of an identity, there and back', () => {
    expect(bytesToHex(routingKey(bytes('identity')))).to.equal(vectors.key)
    expect(identityOfKey(bytes('key'))).to.deep.equal(bytes('identity'))
    expect(identityOfKey(bytes('key').slice(0, -1))).to.equal(undefined)
    expect(identityOfKey(bytes('identity'))).to.equal(undefined)
  })

  it('DIR-1, DIR-2: the record opens, says what it should, and is signed to the same bytes', async () => {
    const entry = await openDirectoryRecord(bytes('key'), bytes('record'), vectors.now)
    if (typeof entry === 'string') throw new Error(entry)
    expect(bytesToHex(entry.inbox.record)).to.equal(vectors.inbox)
    expect(entry.certificates.map(bytesToHex)).to.deep.equal(vectors.certificates)
    expect(entry.revocations.map(bytesToHex)).to.deep.equal(vectors.revocations)
    expect([entry.sequence, entry.time, entry.lost]).to.deep.equal([vectors.sequence, vectors.now, vectors.lost])
    const { sequence, now, lost } = vectors
    const again = await issueDirectoryRecord({ identitySeed: bytes('identitySeed'), sequence, now, inbox: bytes('inbox'), certificates: entry.certificates, revocations: entry.revocations, lost })
    expect(bytesToHex(again)).to.equal(vectors.record)
  })

  it('DIR-17: the record of somebody who moved opens, and is signed to the same bytes', async () => {
    const { moved } = vectors
    const hex = (name: string): Uint8Array => hexToBytes(moved[name])
    const entry = await openDirectoryRecord(routingKey(hex('identity')), hex('record'), moved.now)
    if (typeof entry === 'string') throw new Error(entry)
    expect(bytesToHex(entry.move?.successor ?? new Uint8Array())).to.equal(moved.successor)
    const again = await issueDirectoryRecord({ identitySeed: hex('identitySeed'), sequence: moved.sequence, now: moved.now, inbox: hex('inbox'), certificates: [], revocations: [], lost: true, move: hex('move') })
    expect(bytesToHex(again)).to.equal(moved.record)
  })

  it('DIR-2: a value is taken in one encoding and within its limits', () => {
    const record = { version: 1, time: 1, inbox: Uint8Array.of(1), certificates: [], revocations: [], lost: false }
    const value = (more: Partial<DirectoryRecord>): string => encodeValue(DirectoryRecord.encode({ ...record, ...more }))
    expect(decodeValue(value({}))?.time).to.equal(1)
    expect(decodeValue(value({}).replace('/sotto/', '/ipfs/'))).to.equal(undefined)
    expect(decodeValue(`${value({})}=`)).to.equal(undefined)
    expect(decodeValue(value({ version: 2 }))).to.equal(undefined)
    expect(decodeValue(value({ inbox: new Uint8Array(8000) }))).to.equal(undefined)
    expect(decodeValue(value({ certificates: [new Uint8Array(31)] }))).to.equal(undefined)
    expect(decodeValue(value({ certificates: Array.from({ length: MAX_CERTIFICATE_HASHES + 1 }, () => new Uint8Array(32)) }))).to.equal(undefined)
    // a field that nobody knows would make two encodings of one record
    expect(decodeValue(encodeValue(Uint8Array.of(...DirectoryRecord.encode(record), 0x78, 0x01)))).to.equal(undefined)
  })

  it('DIR-14: where volunteers are found', () => {
    expect(bytesToHex(serviceKey('mailbox'))).to.equal(vectors.services.mailbox)
    expect(bytesToHex(serviceKey('relay'))).to.equal(vectors.services.relay)
  })
})
