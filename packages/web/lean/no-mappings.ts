/** Stands for the addresses that a router or a name leads to this node by: a page is behind none that it could ask, and has no name. */
class NoMappings {
  has (): boolean { return false }
  add (): void {}
  remove (): boolean { return false }
  getAll (): never[] { return [] }
  confirm (): boolean { return false }
  unconfirm (): boolean { return false }
}

export { NoMappings as DNSMappings, NoMappings as IPMappings }
