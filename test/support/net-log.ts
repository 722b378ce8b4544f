/** Everything that a Chromium did on the network, by its own log: every request, connection and datagram, of every process. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'

interface Log {
  constants: { logEventTypes: Record<string, number> }
  events: Array<{ type: number, params?: { url?: string, initiator?: string, address?: string, remote_address?: string } }>
}

export interface Traffic {
  /** hosts of all URLs that a page asked for; what the browser wants for itself has no origin */
  hosts: string[]
  /** IP addresses that a connection was tried to, or a datagram sent */
  addresses: string[]
}

export interface NetLog {
  /** for the browser that is watched */
  readonly flags: string[]
  /** Once that browser is closed. */
  read (): Promise<Traffic>
}

export async function netLog (): Promise<NetLog> {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-net-'))
  const file = join(directory, 'log.json')
  return {
    flags: [`--log-net-log=${file}`],
    read: async () => {
      const text = await readFile(file, 'utf8')
      await rm(directory, { recursive: true })
      return trafficOf(parse(text))
    }
  }
}

/** The end is missing where the browser ended quickly. */
function parse (text: string): Log {
  try {
    return JSON.parse(text) as Log
  } catch {
    return JSON.parse(`${text.slice(0, text.lastIndexOf('\n')).replace(/,\s*$/, '')}]}`) as Log
  }
}

function trafficOf ({ constants, events }: Log): Traffic {
  const names = new Map(Object.entries(constants.logEventTypes).map(([name, type]) => [type, name]))
  const hosts = new Set<string>()
  const addresses = new Set<string>()
  for (const { type, params } of events) {
    const name = names.get(type) ?? ''
    if (name === 'URL_REQUEST_START_JOB' && params?.url !== undefined && params.initiator !== 'not an origin') hosts.add(new URL(params.url).hostname)
    // UDP_CONNECT alone sends nothing: the browser asks the system for its own address by it
    if (name === 'UDP_BYTES_SENT' && params?.address !== undefined) addresses.add(hostOf(params.address))
    if (name === 'TCP_CONNECT_ATTEMPT' && params?.address !== undefined) addresses.add(hostOf(params.address))
  }
  return { hosts: [...hosts].sort(), addresses: [...addresses].sort() }
}

function hostOf (address: string): string { return address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '') }

/** Loopback, and this machine under the names of its interfaces: two pages on it find each other by those. */
export function isThisMachine (address: string): boolean {
  return address.startsWith('127.') || address === '::1' || Object.values(networkInterfaces()).flat().some(own => own?.address === address)
}
