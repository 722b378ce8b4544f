/** What the parts below cost alone, on this machine, in this run. */
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { lpStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { Level } from 'level'
import { toString } from 'uint8arrays/to-string'
import { issueCredential, ROLE_PRIMARY } from '../../packages/node/src/identity/certificate.ts'
import { publicKeyOf } from '../../packages/node/src/identity/ed25519.ts'
import { createKeyPackage, createSession, joinSession } from '../../packages/node/src/session/index.ts'
import { barePeer, ECHO, SINK } from './bare-peer.ts'
import { figure, timed } from './measure.ts'
import type { Figure } from './measure.ts'
import type { Stream } from '@libp2p/interface'

const BARE_PEER = fileURLToPath(new URL('bare-peer.ts', import.meta.url))
const MESSAGE_BYTES = 256
const run = promisify(execFile)

export interface Bare { addresses: string[], pid: number, readyMs: number, stop: () => Promise<void> }

/** The bare peer as a process of its own. It ends with its stdin, so it cannot outlive this one. */
export async function startBare (): Promise<Bare> {
  const began = performance.now()
  const child = spawn(process.execPath, [...process.execArgv, BARE_PEER], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await new Promise<[string]>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', text => { resolve([text]) })
    child.once('exit', code => { reject(new Error(`the bare peer ended with ${code}`)) })
  })
  const { addresses } = JSON.parse(line) as { addresses: string[] }
  return {
    addresses,
    pid: child.pid ?? 0,
    readyMs: performance.now() - began,
    stop: async () => {
      const gone = new Promise(resolve => child.once('exit', resolve))
      child.stdin.end()
      await gone
    }
  }
}

/** libp2p's own ping to these addresses, over one connection. */
export async function pingFloor (addresses: string[], n: number): Promise<Figure> {
  const peer = await barePeer([])
  try {
    const connection = await peer.dial(addresses.map(multiaddr))
    const samples: number[] = []
    for (let at = -5; at < n; at++) {
      const ms = await timedPing(peer, connection.remoteAddr.toString())
      if (at >= 0) samples.push(ms)
    }
    return figure('libp2p ping, same address', 'ms', samples)
  } finally {
    await peer.stop()
  }
}

async function timedPing (peer: Awaited<ReturnType<typeof barePeer>>, address: string): Promise<number> {
  const began = performance.now()
  await peer.services.ping.ping(multiaddr(address))
  return performance.now() - began
}

async function withStream<T> (addresses: string[], protocol: string, use: (stream: Stream) => Promise<T>): Promise<T> {
  const peer = await barePeer([])
  try {
    return await use(await peer.dialProtocol(addresses.map(multiaddr), protocol))
  } finally {
    await peer.stop()
  }
}

/** A frame there and back on an open stream. */
export async function echoFloor (addresses: string[], n: number): Promise<Figure> {
  return await withStream(addresses, ECHO, async stream => {
    const frames = lpStream(stream)
    const payload = new Uint8Array(MESSAGE_BYTES)
    return figure('raw libp2p frame, there and back', 'ms', await timed(n, async () => { await frames.write(payload); await frames.read() }, 50))
  })
}

async function drained (stream: Stream): Promise<void> {
  if (!stream.writableNeedsDrain) return
  await new Promise<void>(resolve => { stream.addEventListener('drain', () => { resolve() }, { once: true }) })
}

/** `count` pieces one way, one send() each, until the other side has said how much came; ms. */
async function oneWay (addresses: string[], count: number, bytes: number): Promise<number> {
  return await withStream(addresses, SINK, async stream => {
    const payload = new Uint8Array(bytes)
    const began = performance.now()
    for (let at = 0; at < count; at++) if (!stream.send(payload)) await drained(stream)
    await stream.close()
    let answer = ''
    for await (const chunk of stream) answer += toString(chunk.subarray())
    if (Number(answer) !== count * bytes) throw new Error(`the sink had ${answer} of ${count * bytes} bytes`)
    return performance.now() - began
  })
}

export async function burstFloor (addresses: string[], count: number): Promise<Figure> {
  const ms = await oneWay(addresses, count, MESSAGE_BYTES)
  return figure('raw libp2p stream, one way, one send each', 'messages/s', [count / ms * 1000])
}

export async function bulkFloor (addresses: string[], bytes: number): Promise<Figure> {
  const piece = 64 * 1024
  return figure('as many bytes over a raw libp2p stream', 'ms', [await oneWay(addresses, Math.ceil(bytes / piece), piece)])
}

/** A synced put of one message's size into a bare level database. */
export async function putFloor (n: number): Promise<Figure> {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-bench-'))
  const level = new Level<string, Uint8Array>(join(directory, 'level'), { valueEncoding: 'view' })
  try {
    const value = new Uint8Array(MESSAGE_BYTES)
    // `sync` is classic-level's option, which Level's types do not know
    const options = { sync: true } as object
    return figure('synced level put', 'ms', await timed(n, async at => { await level.put(`key ${at}`, value, options) }))
  } finally {
    await level.close()
    await rm(directory, { recursive: true })
  }
}

/** MLS alone: one message sealed by one and opened by the other, suite 83. */
export async function sealFloor (n: number): Promise<Figure> {
  const now = Date.now()
  const [alice, bob] = await Promise.all([1, 2].map(async fill => {
    const identitySeed = new Uint8Array(32).fill(fill)
    const leafSeed = new Uint8Array(32).fill(fill + 16)
    return { identity: publicKeyOf(identitySeed), own: { leafSeed, credential: await issueCredential(identitySeed, publicKeyOf(leafSeed), ROLE_PRIMARY) } }
  }))
  if (alice === undefined || bob === undefined) throw new Error('nobody to talk')
  const identities = [alice.identity, bob.identity]
  const pair = await createKeyPackage({ own: bob.own, now })
  const { session: hers, welcome } = await createSession({ own: alice.own, groupId: new Uint8Array(32).fill(7), keyPackages: [pair.publicPackage], identities, now })
  if (welcome === undefined) throw new Error('nobody was welcomed')
  const { session: his } = await joinSession({ own: bob.own, welcome, keyPackages: [pair], identities, now })
  const plaintext = new Uint8Array(MESSAGE_BYTES)
  return figure('seal and open alone', 'ms', await timed(n, async () => {
    const sealed = await hers.seal(plaintext)
    const opened = await his.open(sealed.message, sealed.branch)
    if (opened.kind !== 'message') throw new Error(`opened as ${opened.kind}`)
  }))
}

/** A Node process that does nothing. */
export async function nodeFloor (n: number): Promise<Figure> {
  return figure('a Node process that does nothing', 'ms', await timed(n, async () => await run(process.execPath, ['-e', '0']), 1))
}

export async function rssOf (pid: number): Promise<number> {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}
