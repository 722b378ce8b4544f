/** The DHT's library. A file of its own, so that a page fetches it together with what else comes once it is connected. */
export { kadDHT, passthroughMapper, removePrivateAddressesMapper } from '@libp2p/kad-dht'
