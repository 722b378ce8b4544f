/** Stands for the server of circuit-relay-v2: a page relays for nobody. */
export class CircuitRelayServer {
  constructor () {
    throw new Error('a page is no relay')
  }
}
