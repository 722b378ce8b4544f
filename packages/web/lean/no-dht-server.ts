/** Stands for what a server of the DHT does: a page only asks (overlay.ts), and offers nothing that would have to be offered again. */
export class RPC {
  onIncomingStream (): never { throw new Error('a page is no server of the DHT') }
}

export class Reprovider {
  start (): void {}
  stop (): void {}
}
