/** Stands for the X25519 of the HPKE library, a copy of the one that is here already. */
export { x25519 } from '@noble/curves/ed25519.js'
