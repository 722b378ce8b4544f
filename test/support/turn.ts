/** A TURN server of one's own on loopback: coturn (Debian: coturn). */
import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PATIENCE_MS } from './patience.ts'

/** Another address than that of who calls: what one finds of it in a message came from the server. */
export const TURN_HOST = '127.0.0.2'

export interface TurnServer { url: string, username: string, credential: string, close (): Promise<void> }

export function hasTurn (): boolean { return spawnSync('turnserver', ['--version']).error === undefined }

async function freePort (): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>(resolve => { socket.bind(0, TURN_HOST, resolve) })
  const { port } = socket.address()
  socket.close()
  return port
}

async function answers (port: number): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect(port, TURN_HOST, () => { socket.destroy(); resolve(true) })
    socket.once('error', () => { setTimeout(resolve, 50, false) })
  })
}

export async function openTurn (): Promise<TurnServer> {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-turn-'))
  const port = await freePort()
  const child = spawn('turnserver', [
    '-n', '-L', TURN_HOST, '-E', TURN_HOST, '-p', String(port), '--lt-cred-mech', '--user', 'me:secret', '--realm', 'sotto', '--allow-loopback-peers',
    '--no-tls', '--no-dtls', '--no-cli', '-l', join(directory, 'log'), '--simple-log', '--pidfile', join(directory, 'pid'), '-b', join(directory, 'db')
  ], { stdio: 'ignore', cwd: directory })
  const ended = new Promise<void>(resolve => { child.once('exit', () => { resolve() }) })
  process.once('exit', () => { child.kill('SIGKILL') })
  const close = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
    await rm(directory, { recursive: true })
  }
  for (const deadline = performance.now() + PATIENCE_MS; !await answers(port);) {
    if (performance.now() < deadline && child.exitCode === null) continue
    await close()
    throw new Error('the TURN server does not start')
  }
  return { url: `turn:${TURN_HOST}:${port}`, username: 'me', credential: 'secret', close }
}
