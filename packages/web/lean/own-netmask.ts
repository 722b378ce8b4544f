/** Stands for netmask where only one thing is asked: is this IPv4 address, in its usual form, within `a.b.c.d/bits`? */
function numberOf (address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

export class Netmask {
  readonly #first: number
  readonly #size: number

  constructor (range: string) {
    const [address = '', bits] = range.split('/')
    this.#size = 2 ** (32 - Number(bits))
    this.#first = numberOf(address)
  }

  contains (address: string): boolean {
    const number = numberOf(address)
    return number >= this.#first && number < this.#first + this.#size
  }
}
