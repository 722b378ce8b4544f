/** What a page has for the little that specs and their helpers ask of Node: dice, the vectors beside a spec, and names for profiles. */
export function randomBytes (length: number): Uint8Array { return crypto.getRandomValues(new Uint8Array(length)) }

/** Files are assets of the build, on the page's own origin. */
export function readFileSync (url: URL): string {
  const request = new XMLHttpRequest()
  request.open('GET', url, false)
  request.send()
  return request.responseText
}

export function tmpdir (): string { return 'tmp' }
export function join (...parts: string[]): string { return parts.join('-') }
export async function mkdtemp (prefix: string): Promise<string> { return `${prefix}${crypto.randomUUID().slice(0, 8)}` }

/** The databases of every profile whose name begins so. */
export async function rm (directory: string): Promise<void> {
  for (const { name = '' } of await indexedDB.databases()) {
    if (name.startsWith(`sotto:${directory}-`)) indexedDB.deleteDatabase(name)
  }
}

/** Helpers that keep tones in files also make them in memory: only that is for pages. */
export async function readFile (): Promise<never> { throw new Error('a page has no files') }
export async function writeFile (): Promise<never> { throw new Error('a page has no files') }
