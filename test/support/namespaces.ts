/**
 * Networks of one's own in the kernel (Linux network namespaces): routers, networks and machines with addresses that look public,
 * none of which leads anywhere else. Needs root; who has not gets a sentence that says so.
 *
 * Invariants: names are this process's own, and everything is gone after `close()`, and at the latest when the process ends.
 */
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { ChildProcess } from 'node:child_process'

const run = promisify(execFile)

/** A masquerade of the usual kind keeps the port of the machine behind it; a symmetric one takes another for each place. */
export type Router = 'cone' | 'symmetric'

let count = 0

/** Why there can be no namespaces here; undefined where there can. */
export function noNamespaces (): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces need Linux and root'
  for (const tool of ['ip', 'nft']) if (spawnSync(tool, ['-V'], { stdio: 'ignore' }).error !== undefined) return `${tool} is not installed`
  const name = `sotto-${process.pid}-try`
  const made = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' })
  if (made.status !== 0) return `no namespace can be made here: ${made.stderr.trim()}`
  const works = spawnSync('ip', ['netns', 'exec', name, 'nft', 'list', 'ruleset'], { encoding: 'utf8' })
  execFileSync('ip', ['netns', 'delete', name])
  return works.status === 0 ? undefined : `nftables does not work here: ${works.stderr.trim()}`
}

/** Namespaces of test processes that were killed, and what still runs there. */
function sweep (): void {
  const names = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\n').map(line => line.split(' ')[0] ?? '')
  for (const name of names) {
    const [, pid] = /^sotto-(\d+)-/.exec(name) ?? []
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue
    for (const left of execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8' }).split('\n').filter(Boolean)) process.kill(Number(left), 'SIGKILL')
    execFileSync('ip', ['netns', 'delete', name])
  }
}

/** What a machine was seen to send to: `udp 11.0.0.1:53`. */
export interface Sent { protocol: string, address: string, port: number }

export class Internet {
  readonly #prefix: string
  readonly #names = new Set<string>()
  readonly #onExit: () => void
  readonly #daemons = new Set<ChildProcess>()
  #networks = 0

  private constructor () {
    this.#prefix = `sotto-${process.pid}-${count++}`
    this.#onExit = () => {
      for (const daemon of this.#daemons) daemon.kill('SIGKILL')
      for (const name of this.#names) spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' })
    }
    process.on('exit', this.#onExit)
  }

  /** One router in the middle, which knows every network. */
  static async open (): Promise<Internet> {
    sweep()
    const internet = new Internet()
    await internet.#add('middle', 'sysctl -qw net.ipv4.ip_forward=1')
    return internet
  }

  /** What a command line must begin with to run on a machine. */
  within (machine: string): string[] { return ['ip', 'netns', 'exec', this.#ns(machine)] }

  /** Runs a shell script on a machine. */
  async on (machine: string, script: string): Promise<string> {
    return (await run('ip', ['netns', 'exec', this.#ns(machine), 'sh', '-ec', script])).stdout
  }

  /** A machine with a public address of its own, which it returns. */
  async machine (name: string): Promise<string> {
    const network = ++this.#networks
    await this.#add(name)
    await this.#wire('middle', `to${network}`, `11.0.${network}.1/24`, name, 'eth0', `11.0.${network}.2/24`)
    await this.on(name, `ip route add default via 11.0.${network}.1; ${RECORDER}`)
    return `11.0.${network}.2`
  }

  /** A router with a LAN behind it, as at home: what comes from outside unasked for is dropped. @returns its public address */
  async router (name: string, kind: Router): Promise<string> {
    const network = ++this.#networks
    await this.#add(name, 'sysctl -qw net.ipv4.ip_forward=1')
    await this.#wire('middle', `to${network}`, `11.0.${network}.1/24`, name, 'wan', `11.0.${network}.2/24`)
    await this.on(name, `
      ip route add default via 11.0.${network}.1
      ip link add lan type bridge; ip address add 192.168.${network}.1/24 dev lan; ip link set lan up
      nft -f - <<END
      table ip nat {
        chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade ${kind === 'symmetric' ? 'random,fully-random' : ''}; }
      }
      table inet filter {
        chain input { type filter hook input priority filter; policy drop; ct state established,related accept; iifname != "wan" accept; }
        chain forward { type filter hook forward priority filter; policy drop; ct state established,related accept; iifname "lan" accept; ct status dnat accept; }
      }
END`)
    return `11.0.${network}.2`
  }

  /** A machine behind a router, in whose LAN it has the address .`host`. */
  async behind (router: string, name: string, host = 2): Promise<string> {
    await this.#add(name)
    await this.on(name, RECORDER)
    return this.plug(name, router, host)
  }

  /** Plugs a machine into the LAN of a router; it has no other. @returns its address there */
  async plug (name: string, router: string, host = 2): Promise<string> {
    const lan = (await this.on(router, 'ip -4 -o address show dev lan')).match(/inet (192\.168\.\d+)\./)?.[1] ?? ''
    await this.on(name, 'ip link delete eth0 2>/dev/null || true')
    const port = `p${count++}`
    await run('ip', ['-n', this.#ns(name), 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', port, 'netns', this.#ns(router)])
    await this.on(router, `ip link set ${port} master lan up`)
    await this.on(name, `ip address add ${lan}.${host}/24 dev eth0; ip link set eth0 up; ip route add default via ${lan}.1; ${carrier('eth0')}`)
    return `${lan}.${host}`
  }

  /** The router forwards ports to who asks for it: Debian's miniupnpd, its files in `directory`. */
  async upnp (router: string, directory: string): Promise<void> {
    await this.on(router, `nft -f - <<END
${FORWARDER}
END`)
    const path = join(directory, 'miniupnpd.conf')
    await writeFile(path, UPNP)
    const [program = '', ...args] = [...this.within(router), 'miniupnpd', '-d', '-f', path, '-P', join(directory, 'miniupnpd.pid')]
    const daemon = spawn(program, args, { stdio: 'ignore' })
    this.#daemons.add(daemon)
    await new Promise((resolve, reject) => { daemon.once('spawn', resolve).once('error', reject) })
  }

  /** Runs a TypeScript file on a machine until `close()`. @returns its first line, which is JSON */
  async program<T> (machine: string, file: string): Promise<T> {
    const [program = '', ...args] = [...this.within(machine), process.execPath, '--conditions=source', '--experimental-transform-types', '--disable-warning=ExperimentalWarning', file]
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#daemons.add(child)
    const { value, done } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
    if (done === true) throw new Error(`${file} ended before it said anything`)
    return JSON.parse(value) as T
  }

  /** Everything that a machine sent since it was made, IPv4 and IPv6, loopback left out. */
  async sent (machine: string): Promise<Sent[]> {
    const sets = await Promise.all(['seen4', 'seen6'].map(async set => JSON.parse(await this.on(machine, `nft -j list set inet recorder ${set}`)) as { nftables: Array<{ set?: { elem?: unknown[] } }> }))
    return sets.flatMap(({ nftables }) => nftables.flatMap(({ set }) => set?.elem ?? [])).map(element => {
      const { concat } = ('elem' in (element as object) ? (element as { elem: { val: unknown } }).elem.val : element) as { concat: [string, string, number] }
      return { protocol: concat[0], address: concat[1], port: concat[2] }
    })
  }

  async close (): Promise<void> {
    await Promise.all([...this.#daemons].map(async daemon => {
      const ended = new Promise(resolve => { daemon.once('exit', resolve) })
      if (daemon.exitCode === null && daemon.kill()) await ended
    }))
    this.#daemons.clear()
    for (const name of this.#names) await run('ip', ['netns', 'delete', name])
    this.#names.clear()
    process.off('exit', this.#onExit)
  }

  #ns (name: string): string { return `${this.#prefix}-${name}` }

  async #add (name: string, script = ':'): Promise<void> {
    await run('ip', ['netns', 'add', this.#ns(name)])
    this.#names.add(this.#ns(name))
    await this.on(name, `ip link set lo up; ${script}`)
  }

  async #wire (a: string, portA: string, addressA: string, b: string, portB: string, addressB: string): Promise<void> {
    await run('ip', ['-n', this.#ns(a), 'link', 'add', portA, 'type', 'veth', 'peer', 'name', portB, 'netns', this.#ns(b)])
    for (const [machine, port, address] of [[a, portA, addressA], [b, portB, addressB]] as const) await this.on(machine, `ip address add ${address} dev ${port}; ip link set ${port} up`)
    await this.on(b, carrier(portB))
  }
}

/** Waits until the other end of a cable is up too: before, programs see no address there. */
const carrier = (port: string): string => `until grep -q up /sys/class/net/${port}/operstate; do sleep 0.01; done`

/** Remembers every place that this machine sends to. */
const RECORDER = `nft -f - <<END
table inet recorder {
  set seen4 { type inet_proto . ipv4_addr . inet_service; flags dynamic; size 65535; }
  set seen6 { type inet_proto . ipv6_addr . inet_service; flags dynamic; size 65535; }
  chain out {
    type filter hook output priority filter;
    oifname "lo" accept
    meta l4proto { tcp, udp } add @seen4 { meta l4proto . ip daddr . th dport }
    meta l4proto { tcp, udp } add @seen6 { meta l4proto . ip6 daddr . th dport }
  }
}
END`

/** Chains that miniupnpd writes to. */
const FORWARDER = `table inet upnp {
  chain asked { }
  chain asked_in { }
  chain asked_out { }
  chain forward { type filter hook forward priority filter - 1; jump asked; }
  chain prerouting { type nat hook prerouting priority dstnat; jump asked_in; }
  chain postrouting { type nat hook postrouting priority srcnat - 1; jump asked_out; }
}`

const UPNP = `ext_ifname=wan
listening_ip=lan
enable_upnp=yes
enable_natpmp=no
secure_mode=yes
upnp_table_name=upnp
upnp_nat_table_name=upnp
upnp_forward_chain=asked
upnp_nat_chain=asked_in
upnp_nat_postrouting_chain=asked_out
uuid=00000000-0000-4000-8000-000000000001
allow 1024-65535 192.168.0.0/16 1024-65535
deny 0-65535 0.0.0.0/0 0-65535
`
