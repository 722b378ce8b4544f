/**
 * A link or code as others can use it. From a page that others can open it is that page's address, which a phone's camera opens by
 * itself; its fragment does not reach the host. From a page of this machine alone it stays as it is.
 */
export function shareable (text: string, { protocol, hostname, origin, pathname }: Pick<Location, 'protocol' | 'hostname' | 'origin' | 'pathname'> = location): string {
  const here = hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(hostname)
  return here || protocol !== 'https:' ? text : `${origin}${pathname}#${text.replace(/^sotto:/, '')}`
}

/**
 * The address that a node prints leads to an origin whose name nobody can guess: who opens a pairing code there means it. Anywhere else
 * somebody else's address would make one speak as them, so there it takes a press.
 */
export function isOwnNode (hostname: string): boolean {
  return /^[0-9a-f]{16}\.localhost$/.test(hostname)
}
