/** The overlays that a host may take part in: the DHT, and gossipsub. */
import { MAX_GOSSIP_BYTES } from '../config.ts'
import type { RecordRules } from './index.ts'
import type { KadDHT, KadDHTComponents } from '@libp2p/kad-dht'
import type { Libp2pOptions } from 'libp2p'

type Services = NonNullable<Libp2pOptions['services']>

/** The public IPFS DHT, as a client: a personal node's disk and address book are not the public's by default. */
export const PUBLIC_DHT = '/ipfs/kad/1.0.0'
/** A DHT of one's own. */
export const LOCAL_DHT = '/sotto/kad/1.0.0'

/** The bootstrap list that the public IPFS network recommends (docs.ipfs.tech, "bootstrap peers"). */
export const PUBLIC_BOOTSTRAP = [
  '/dnsaddr/bootstrap.libp2p.io/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN',
  '/dnsaddr/bootstrap.libp2p.io/p2p/QmbLHAnMoJPWSCR5Zhtx6BHJX9KiKNN6tpvbUcqanj75Nb',
  '/dnsaddr/bootstrap.libp2p.io/p2p/QmZa1sAxajnQjVM8WjWXoMbmPd7NsWfKsRkErPEEUiTXF3',
  '/dnsaddr/bootstrap.libp2p.io/p2p/QmcZf59bWwK5XFi76CZX8cbJ4BhTzzA3gU1ZjYZcYW3dwt',
  '/ip4/104.131.131.82/tcp/4001/p2p/QmaCpDMGvV2BGHeYERUEnRQAwe3N8SzbUtfsmvsqQLuvuJ'
]

export interface OverlayInit {
  mode: 'public' | 'local'
  resident: boolean
  loopbackOnly: boolean
  /** Without them the DHT keeps and returns no records. */
  records?: RecordRules | undefined
}

export async function overlays (init: OverlayInit): Promise<Services> {
  return { dht: await dhtOf(init) as unknown as Services[string], ...await gossip() } // the DHT needs ping, which every host has
}

/** Which DHT. */
export function protocolOf ({ mode, loopbackOnly }: OverlayInit): string {
  return mode === 'local' || loopbackOnly ? LOCAL_DHT : PUBLIC_DHT
}

/** What makes the DHT of a host. */
export async function dhtOf (init: OverlayInit): Promise<(components: KadDHTComponents) => KadDHT> {
  const { kadDHT, passthroughMapper, removePrivateAddressesMapper } = await import('./dht-library.ts')
  const { records } = init
  const protocol = protocolOf(init)
  return kadDHT({
    protocol,
    // explicit: left open, an unconfirmed address can turn a client into a server
    clientMode: init.mode === 'public' || !init.resident,
    peerInfoMapper: protocol === LOCAL_DHT ? passthroughMapper : removePrivateAddressesMapper,
    initialQuerySelfInterval: 0,
    ...(records === undefined
      ? {}
      : {
          validators: { [records.namespace]: async (key: Uint8Array, value: Uint8Array) => records.validate(key, value) },
          selectors: { [records.namespace]: (key: Uint8Array, values: Uint8Array[]) => records.select(key, values) }
        }),
    // silent peers (frozen, not gone) cost a lookup 5 s by default
    networkDialTimeout: { minTimeout: 750, maxTimeout: 3000 },
    disjointPaths: 3,
    alpha: 6
  })
}

async function gossip (): Promise<Services> {
  const { gossipsub } = await import('@libp2p/gossipsub')
  return {
    gossip: gossipsub({
      globalSignaturePolicy: 'StrictSign',
      allowPublishToZeroTopicPeers: true,
      maxInboundDataLength: MAX_GOSSIP_BYTES,
      maxOutboundBufferSize: 8 * MAX_GOSSIP_BYTES,
      // only what we subscribe to is heard, nothing is forwarded for strangers' topics
      fallbackToFloodsub: false,
      doPX: false
    })
  }
}
