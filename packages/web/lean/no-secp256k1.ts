/** Stands for the curve secp256k1: whoever speaks Sotto signs by Ed25519, and no peer of another kind is told from one that cannot sign. */
export const secp256k1: object = new Proxy({}, {
  get (): never { throw new Error('a page knows no keys of secp256k1') }
})
