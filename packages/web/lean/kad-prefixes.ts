/**
 * For each 16 bits, a number whose place in the DHT begins so: the routing table looks there for further peers. The place
 * of a number is the SHA-256 of the multihash that kad-dht makes of it. Found when it is asked for; all that depends on it
 * are the first bits, so the nearest of many is good enough.
 */
import { sha256 } from '@noble/hashes/sha2.js'

/** Numbers tried: 12 of the 16 bits fit on average, which takes about 10 ms. */
const TRIES = 4096
/** SHA-256 as multihash: code, length. */
const MULTIHASH = [0x12, 0x20]

function find (prefix: number): number {
  const bytes = new Uint8Array(34)
  bytes.set(MULTIHASH)
  const view = new DataView(bytes.buffer)
  let best = 0
  let distance = Infinity
  for (let number = 0; number < TRIES && distance > 0; number++) {
    view.setUint32(2, number)
    const [high = 0, low = 0] = sha256(bytes)
    const difference = ((high << 8) | low) ^ prefix
    if (difference >= distance) continue
    best = number
    distance = difference
  }
  return best
}

// read as a list, by the library's own import
// eslint-disable-next-line no-restricted-exports
export default new Proxy<number[]>([], { get: (_list, prefix) => find(Number(prefix)) })
