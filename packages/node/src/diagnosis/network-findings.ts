/** The network: how others reach this node, what it listens on, who is connected and how. */
import { NOTHING_TO_DO } from './machine-findings.ts'
import { names, plural, sentence, short } from './words.ts'
import type { Facts, PersonFact } from './index.ts'
import type { Finding } from '../api.ts'

/** Contacts that are named one by one; the rest are counted. */
const MAX_NAMED = 10

/** Nobody can be asked about anything. */
export function isOffline ({ reach }: Pick<Facts, 'reach'>): boolean { return reach.reachability === 'offline' }

function ok (code: Finding['code'], finding: string, advice = NOTHING_TO_DO): Finding { return { code, level: 'ok', finding, advice } }

export function noNetwork (): Finding {
  return {
    code: 'no-network',
    level: 'problem',
    finding: 'This computer has no network. Nothing is lost: what you write is kept here.',
    advice: 'Plug in the cable, or switch the wireless network on (and flight mode off). Everything goes on by itself once the network is back.'
  }
}

const WHY_PUBLIC: Readonly<Partial<Record<Facts['reach']['why'], string>>> = {
  bound: 'this computer has a public address',
  mapped: 'your router lets calls for it in',
  confirmed: 'others called back and got through',
  called: 'somebody from far away called it'
}

/** The TCP port of our own that a router could forward. */
function portOf (addresses: readonly string[]): string | undefined {
  return addresses.map(address => /\/tcp\/(\d+)/.exec(address)?.[1]).find(port => port !== undefined)
}

function behindRouter ({ reach, addresses }: Facts): Finding {
  const port = portOf(addresses)
  const router = {
    off: '',
    searching: ' The router is still being asked to let calls in.',
    none: ' The router did not answer when it was asked to let calls in (UPnP).',
    refused: ' The router refused to let calls in (UPnP).',
    mapped: ' The router was told to let calls in, but they do not get through: there may be a second router before it.'
  }[reach.router.state]
  const open = port === undefined ? 'switch on UPnP in your router' : `switch on UPnP in your router, or let it forward TCP port ${port} to this computer (give the node a fixed port first: \`--listen /ip4/0.0.0.0/tcp/${port}\`)`
  if (reach.relays.length > 0) {
    return ok('reach', `Others reach this node through ${plural(reach.relays.length, 'relay')}, which cannot read anything; where both routers allow it, the connection becomes direct by itself.${router}`, `Nothing to do. For direct calls from everywhere: ${open}.`)
  }
  return {
    code: 'behind-router',
    level: 'warning',
    finding: `Others outside your own network cannot call this node${reach.why === 'refused' ? ': some tried to, and did not get through' : ', as far as it knows'}.${router}`,
    advice: `You can call them, and mail for you waits in mailboxes, so this may be enough. To be called directly: ${open}.`
  }
}

export function findReach (facts: Facts): Finding[] {
  const { reach, mode } = facts
  switch (reach.reachability) {
    case 'offline': return [noNetwork()]
    case 'loopback': return [{
      code: 'loopback',
      level: 'warning',
      finding: 'This node listens on this computer only, and talks only to nodes on this computer.',
      advice: 'That is right for a test. To reach others: `sotto stop`, then `sotto start --listen /ip4/0.0.0.0/tcp/0`.'
    }]
    case 'public': return [ok('reach', `Others can call this node from everywhere${WHY_PUBLIC[reach.why] === undefined ? '' : `: ${WHY_PUBLIC[reach.why]}`}.`)]
    default:
      // in a network of one's own nobody is outside
      if (mode === 'local' && reach.relays.length === 0 && reach.why !== 'refused') return [ok('reach', 'Others in the same local network can call this node.', 'Nothing to do. To reach people elsewhere: `sotto start --network public`.')]
      if (reach.reachability === 'unknown' && reach.relays.length === 0) return [ok('reach', 'It is not known yet whether others can call this node: it is still being found out.', 'Look again in a minute.')]
      return [behindRouter(facts)]
  }
}

export function portTaken (port: string | undefined): Finding {
  return {
    code: 'port-taken',
    level: 'problem',
    finding: `Another program uses ${port === undefined ? 'the port on which your node should listen' : `port ${port}, on which your node should listen`}. So your node does not start.`,
    advice: `End that program (${port === undefined ? '`ss -ltnp` lists' : `\`ss -ltnp 'sport = :${port}'\` shows`} it; it may be another Sotto), or take a free port: \`sotto start --listen /ip4/0.0.0.0/tcp/0\`.`
  }
}

/** `/ip4/0.0.0.0/udp/4001/webrtc-direct` → `/udp/4001/webrtc-direct`; undefined for a port that is chosen freely. */
function fixed (listen: string): string | undefined {
  const match = /\/(tcp|udp)\/(\d+)(\/ws|\/webrtc-direct)?$/.exec(listen)
  return match === null || match[2] === '0' ? undefined : `/${match[1]}/${match[2]}${match[3] ?? ''}`
}

export function findPorts (facts: Facts): Finding[] {
  const { addresses, listen, resident } = facts
  const missing = isOffline(facts) ? [] : listen.map(fixed).filter(wanted => wanted !== undefined && !addresses.some(address => `${address}/`.includes(`${wanted}/`)))
  const own = [...new Set(addresses.filter(address => !address.includes('/p2p-circuit')).flatMap(address => {
    const match = /\/(tcp|udp)\/(\d+)/.exec(address)
    return match === null ? [] : [`${(match[1] ?? '').toUpperCase()} port ${match[2]}`]
  }))]
  return [
    ...missing.map(wanted => ({
      code: 'port-taken',
      level: 'warning',
      finding: `The node was told to listen at ${wanted}, and does not: another program may use that port.`,
      advice: 'Choose another port with --listen, or end that program, and start the node again.'
    } as const)),
    // a node of a few seconds takes any port
    ...!resident
      ? []
      : own.length === 0
        ? listen.length === 0 ? [ok('ports', 'This node listens nowhere: it calls others, and nobody can call it.', 'If that is not what you want: `sotto start --listen /ip4/0.0.0.0/tcp/0`.')] : []
        : [ok('ports', `This node listens on ${names(own, 8)}.`)]
  ]
}

const WHY_RELAYED: Readonly<Record<NonNullable<PersonFact['why']>, { finding: string, advice: string }>> = {
  trying: { finding: 'a direct way is being tried', advice: 'Nothing to do: look again in a minute.' },
  'no-address': { finding: 'neither side knows an address at which the other could be called directly', advice: 'It works, only slower, and the relay cannot read it. It becomes direct if one of you can be called: see what is said about your router above.' },
  failed: { finding: 'a direct connection was tried, and neither router let it through', advice: 'It works, only slower, and the relay cannot read it. To make it direct, switch on UPnP in one of the two routers, or forward the port of Sotto there.' }
}

export function findConnections (facts: Facts): Finding[] {
  const { direct, relayed, relayedWhy, reach } = facts
  if (direct + relayed === 0) {
    if (isOffline(facts)) return []
    return [{
      code: 'no-peers',
      level: 'warning',
      finding: 'Your node is connected to nobody at the moment.',
      advice: reach.reachability === 'loopback'
        ? 'Give it a node to know first: `--bootstrap ADDRESS`, or add a friend by their link.'
        : facts.mode === 'local'
          ? 'Give it a node to know first (`--bootstrap ADDRESS`), add a friend by their link, or join everybody: `sotto start --network public`.'
          : 'If this stays so for minutes: is there a firewall that lets nothing out? Add a friend by their link, or give an address that you know: `--bootstrap ADDRESS`.'
    }]
  }
  const counted = `${plural(direct + relayed, 'node is', 'nodes are')} connected: ${direct} directly, ${relayed} through a relay.`
  // who is a contact is spoken of with their name below
  const why = relayedWhy.find(reason => reason === 'failed') ?? relayedWhy[0]
  if (relayed === 0 || why === undefined) return [ok('connections', counted)]
  return [ok('relayed', `${counted} Through a relay, since ${WHY_RELAYED[why].finding}.`, WHY_RELAYED[why].advice)]
}

export function findPeople (facts: Facts): Finding[] {
  const { asked, contacts, people } = facts
  const why = asked.why.slice(0, MAX_NAMED).map(reason => ` ${sentence(reason)}`).join('')
  const pending = asked.count === 0 ? [] : [ok('contacts', `You asked ${plural(asked.count, 'person', 'people')} to be in contact, and the answer is still to come.${why}`, 'Nothing to do: the request is repeated by itself. Tell them by another way to look: `sotto request list`.')]
  if (contacts.total === 0 && pending.length > 0) return pending
  if (contacts.total === 0) return [ok('contacts', 'You have no contacts yet.', 'Give your link to a friend (`sotto id`), or add theirs: `sotto contact add LINK`.')]
  const away = contacts.total - contacts.direct - contacts.relayed
  const called = (path: PersonFact['path']): string => {
    const list = people.filter(person => person.path === path).map(({ name }) => name)
    return list.length === 0 ? '' : ` (${names(list, 5)})`
  }
  const counts = [
    ...contacts.direct > 0 ? [`${contacts.direct} connected directly${called('direct')}`] : [],
    ...contacts.relayed > 0 ? [`${contacts.relayed} through a relay${called('relayed')}`] : [],
    ...away > 0 ? [`${away} away${called('away')}`] : []
  ]
  const relayed = people.filter(person => person.path === 'relayed')
  return [
    ok('contacts', `Your contacts: ${counts.join(', ')}.`, away === 0 ? NOTHING_TO_DO : 'Nothing to do: who is away gets your messages on return, or from their mailboxes.'),
    ...pending,
    ...relayed.slice(0, MAX_NAMED).map(({ name, why = 'no-address', relay }) => ok('contact-relayed', `${name} is reached through a relay${relay === undefined ? '' : ` (${short(relay)})`}: ${WHY_RELAYED[why].finding}.`, WHY_RELAYED[why].advice)),
    ...relayed.length > MAX_NAMED ? [ok('contact-relayed', `${relayed.length - MAX_NAMED} more contacts are reached through a relay.`, WHY_RELAYED['no-address'].advice)] : []
  ]
}
