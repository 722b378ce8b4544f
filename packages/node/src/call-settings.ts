/**
 * Which servers calls may ask, and whom one's addresses are hidden from: kept sealed in the profile, whether they came with `start` or from a page.
 *
 * The password of a TURN server is told to nobody but that server: not to the face that set it either.
 */
import { UsageError } from './errors.ts'
import { key, tables } from './store/keys.ts'
import { decodeRecord, encodeRecord } from './store/record.ts'
import type { CallSettings, CallSettingsChange } from './api.ts'
import type { IceServer } from './platform/media.ts'
import type { Store } from './store/index.ts'

/** More would only be asked in vain. */
const MAX_SERVERS = 4
/** Longest name or password of a server, characters (RFC 8489 §14.3: 508 bytes). */
const MAX_SECRET = 508
/** RFC 7064, RFC 7065: scheme, host, port, and the way there. */
const SERVER = /^(?:stun|turns?):(?:[\w.-]+|\[[\da-f:]+\])(?::(\d{1,5}))?(?:\?transport=(?:udp|tcp))?$/i

interface Kept { servers: readonly IceServer[], hide: boolean }

export class CallsKept {
  readonly #store: Store
  #kept: Kept

  private constructor (store: Store, kept: Kept) {
    this.#store = store
    this.#kept = kept
  }

  /** `given` with the start takes the place of what was kept. @throws UsageError BAD_ARGUMENT */
  static async load (store: Store, given: readonly IceServer[] | undefined): Promise<CallsKept> {
    const bytes = await store.get(key(tables.callSettings))
    const kept = new CallsKept(store, bytes === undefined ? { servers: [], hide: false } : decodeRecord<Kept>(bytes))
    if (given !== undefined && JSON.stringify(given) !== JSON.stringify(kept.servers)) await kept.#put({ ...kept.#kept, servers: given.map(checked) })
    return kept
  }

  get servers (): readonly IceServer[] { return this.#kept.servers }
  /** CALL-8: only a TURN server lets a call be without telling where one is. */
  get canHide (): boolean { return this.servers.some(({ url }) => /^turns?:/i.test(url)) }
  get hide (): boolean { return this.#kept.hide }

  view (): CallSettings {
    return { servers: this.servers.map(({ url, username }) => ({ url, ...(username === undefined ? {} : { username }) })), hide: this.hide }
  }

  /** @throws UsageError BAD_ARGUMENT */
  async change ({ server, username, credential, hide }: CallSettingsChange): Promise<CallSettings> {
    const known = this.servers.find(one => one.url === server && one.username === username)
    const servers = server === undefined
      ? this.servers
      : server === '' ? [] : [checked({ url: server, ...(username === undefined ? {} : { username }), ...(credential === undefined ? (known?.credential === undefined ? {} : { credential: known.credential }) : { credential }) })]
    await this.#put({ servers, hide: hide ?? this.hide })
    return this.view()
  }

  async #put (kept: Kept): Promise<void> {
    if (kept.servers.length > MAX_SERVERS) throw bad(`more than ${MAX_SERVERS} servers for calls`)
    await this.#store.batch([{ type: 'put', key: key(tables.callSettings), value: encodeRecord(kept) }])
    this.#kept = kept
  }
}

function bad (text: string): UsageError {
  return new UsageError('BAD_ARGUMENT', text, { hint: 'it looks like turn:192.0.2.7:3478, with a name and a password, or stun:192.0.2.7:3478' })
}

/** What is wrong is not repeated: a secret may stand in it. */
function checked (server: IceServer): IceServer {
  const port = SERVER.exec(server.url)?.[1]
  if (!SERVER.test(server.url) || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))) throw bad('this is no server for calls')
  const { username = '', credential = '' } = server
  if (username.length > MAX_SECRET || credential.length > MAX_SECRET) throw bad('the name or the password of a server for calls is too long')
  if (/^turn/i.test(server.url) && (username === '' || credential === '')) throw bad('a TURN server wants a name and a password')
  return server
}
