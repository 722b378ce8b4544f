/**
 * What the profile remembers from its last `start`: `settings.json`, mode 0600; nothing secret. Servers for calls are kept by the node; those of an older file are read once.
 * A damaged file is an error, never silently the defaults: they would join the public network.
 */
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '@sotto/node/errors'
import { isIceServers, parseIceServers } from './ice-servers.ts'
import { refusedBySystem } from './system.ts'
import { bad } from './values.ts'
import type { NodeInit } from '@sotto/node'
import type { Values } from './values.ts'
import type { World } from './world.ts'

export type Settings = Pick<NodeInit, 'network' | 'bootstrap' | 'listen' | 'mailbox' | 'mailboxBytes' | 'iceServers' | 'webHost'>

const FILE = 'settings.json'
const VERSION = 1
/** Longest file read, bytes: some hundred addresses. */
const MAX_FILE_BYTES = 64 * 1024

function isStrings (value: unknown): value is string[] { return Array.isArray(value) && value.every(item => typeof item === 'string') }

function validate (value: unknown): Settings | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { version, network, bootstrap, listen, mailbox, mailboxBytes, iceServers, webHost } = value as Record<string, unknown>
  const settings: Settings = {}
  if (version !== VERSION) return undefined
  if (network === 'public' || network === 'local') settings.network = network
  else if (network !== undefined) return undefined
  if (isStrings(bootstrap)) settings.bootstrap = bootstrap
  else if (bootstrap !== undefined) return undefined
  if (isStrings(listen)) settings.listen = listen
  else if (listen !== undefined) return undefined
  if (mailbox === 'off' || mailbox === 'contacts' || mailbox === 'volunteer') settings.mailbox = mailbox
  else if (mailbox !== undefined) return undefined
  if (typeof mailboxBytes === 'number' && Number.isSafeInteger(mailboxBytes)) settings.mailboxBytes = mailboxBytes
  else if (mailboxBytes !== undefined) return undefined
  if (isIceServers(iceServers)) settings.iceServers = iceServers
  else if (iceServers !== undefined) return undefined
  if (typeof webHost === 'string') settings.webHost = webHost
  else if (webHost !== undefined) return undefined
  return settings
}

/** @throws StoreError STORE_DAMAGED */
export function readSettings (profile: string): Settings {
  const path = join(profile, FILE)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return {}
    throw new StoreError('STORE_FAILED', `${path} cannot be read.`, { cause: error, hint: 'Check to whom it belongs.' })
  }
  let settings: Settings | undefined
  try {
    settings = text.length > MAX_FILE_BYTES ? undefined : validate(JSON.parse(text))
  } catch {
    // no JSON: said below, together with what has the wrong shape
  }
  if (settings === undefined) {
    throw new StoreError('STORE_DAMAGED', `${path} is damaged.`, { hint: 'Delete this file, and give --network, --bootstrap and --listen again with the next `sotto start`. Messages and keys are not in it.' })
  }
  return settings
}

export function writeSettings (profile: string, settings: Settings): void {
  const path = join(profile, FILE)
  const fresh = `${path}.new`
  try {
    rmSync(fresh, { force: true })
    writeFileSync(fresh, `${JSON.stringify({ version: VERSION, ...settings }, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    chmodSync(fresh, 0o600)
    renameSync(fresh, path)
  } catch (error) {
    throw refusedBySystem(error, `${path} cannot be written.`)
  }
}

function addresses (given: readonly string[] | undefined): string[] | undefined {
  if (given === undefined) return undefined
  const words = given.flatMap(text => text.split(/[\s,]+/)).filter(word => word !== '')
  if (words.some(word => word !== 'none' && !word.startsWith('/'))) throw bad(`‘${words.find(word => !word.startsWith('/'))}’ is no multiaddr.`, 'It looks like /ip4/203.0.113.7/tcp/4001/p2p/12D3KooW…')
  return words.filter(word => word !== 'none')
}

function environment (name: string, env: World['env']): string[] | undefined {
  const text = env[name]
  return text === undefined || text.trim() === '' ? undefined : [text]
}

/** Option over environment over what the profile remembers. What is left undefined, the node decides. */
export function resolveSettings (values: Values, env: World['env'], remembered: Settings): Settings {
  const network = values.text('network') ?? environment('SOTTO_NETWORK', env)?.[0] ?? remembered.network
  if (network !== undefined && network !== 'public' && network !== 'local') throw bad(`SOTTO_NETWORK is public or local, not ‘${network}’.`)
  const bootstrap = addresses(values.list('bootstrap')) ?? addresses(environment('SOTTO_BOOTSTRAP', env)) ?? remembered.bootstrap
  const listen = addresses(values.list('listen')) ?? addresses(environment('SOTTO_LISTEN', env)) ?? remembered.listen
  const servers = values.list('ice-server') ?? environment('SOTTO_ICE_SERVERS', env)
  const iceServers = servers === undefined ? remembered.iceServers : parseIceServers(servers)
  const webHost = values.text('web-host') ?? environment('SOTTO_WEB_HOST', env)?.[0]?.trim() ?? remembered.webHost
  const settings: Settings = {}
  if (network !== undefined) settings.network = network
  if (bootstrap !== undefined) settings.bootstrap = bootstrap
  if (listen !== undefined) settings.listen = listen
  if (remembered.mailbox !== undefined) settings.mailbox = remembered.mailbox
  if (remembered.mailboxBytes !== undefined) settings.mailboxBytes = remembered.mailboxBytes
  if (iceServers !== undefined) settings.iceServers = iceServers
  if (webHost !== undefined && webHost !== 'none') settings.webHost = webHost
  return settings
}
