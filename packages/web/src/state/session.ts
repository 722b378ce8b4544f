/** From opening the page to talking: is there an identity here, its passphrase, the messenger; and back to nothing. */
import { Chats } from './chats.ts'
import { codeOf, describeError } from './errors.ts'
import { text } from './language.ts'
import { go } from './route.ts'
import { askToPersist } from './storage.ts'
import { createStore } from './store.ts'
import type { Door, OpenedMessenger } from './door.ts'
import type { Invitation } from './route.ts'
import type { ChatsInit } from './chats.ts'
import type { Store } from './store.ts'
import type { CallId } from '@sotto/node'
import type { PageStreams } from '@sotto/node/media'

export type Phase =
  /** what is waited for, in the words of the node where it has some */
  | { phase: 'opening', waiting: string }
  | { phase: 'welcome' }
  | { phase: 'phrase', phrase: string }
  | { phase: 'locked', wrong: boolean, answer: (passphrase: string) => void }
  | { phase: 'failed', message: string, code: string }
  | { phase: 'ready', chats: Chats }

export interface SessionState {
  readonly now: Phase
  readonly role: OpenedMessenger['role']
  /** what the address that was opened asks for, until it is done */
  readonly invitation?: Invitation | undefined
}

export class Session {
  readonly store: Store<SessionState>
  readonly door: Door
  readonly #chatsInit: ChatsInit
  #opened: OpenedMessenger | undefined
  #chats: Chats | undefined

  constructor (door: Door, chatsInit: ChatsInit = {}) {
    this.door = door
    this.#chatsInit = chatsInit
    this.store = createStore<SessionState>({ now: { phase: 'opening', waiting: '' }, role: 'waiting' })
  }

  async start (): Promise<void> {
    try {
      if (await this.door.exists()) await this.open()
      else this.#show({ phase: 'welcome' })
    } catch (error) {
      this.#fail(error)
    }
  }

  invite (invitation: Invitation): void {
    this.store.set(state => ({ ...state, invitation }))
    if (this.#chats !== undefined) this.#followInvitation()
  }

  /** @throws as `initProfile` */
  async create (name: string, passphrase = ''): Promise<void> {
    askToPersist().catch(() => undefined) // the settings say what came of it
    const phrase = await this.door.create({ name, passphrase, onProgress: line => { this.#progress(line) } })
    this.#show({ phase: 'phrase', phrase })
  }

  /** @throws as `restoreProfile` */
  async restore (phrase: string, name: string, passphrase = ''): Promise<void> {
    askToPersist().catch(() => undefined)
    await this.door.restore({ phrase, name, passphrase, onProgress: line => { this.#progress(line) } })
    await this.open()
  }

  /** This browser becomes a device of the identity behind the code. @throws as `joinProfile` */
  async join (code: string, passphrase = ''): Promise<void> {
    askToPersist().catch(() => undefined)
    await this.door.join({ code, passphrase, onProgress: line => { this.#progress(line) } })
    this.store.set(state => ({ ...state, invitation: undefined }))
    await this.open()
  }

  /** Goes on with the profile that is there. */
  async open (): Promise<void> {
    this.#show({ phase: 'opening', waiting: '' })
    try {
      this.#opened = await this.door.open({
        askPassphrase: async wrong => new Promise(resolve => {
          this.#show({ phase: 'locked', wrong, answer: passphrase => { this.#show({ phase: 'opening', waiting: '' }); resolve(passphrase) } })
        }),
        onProgress: line => { this.#progress(line) }
      })
      this.#opened.onRole(role => {
        this.store.set(state => ({ ...state, role }))
        void this.#chats?.findCall()
      })
      this.#opened.onErased(() => { void this.#leave() })
      this.#opened.onFailed(error => { this.#fail(error) })
      this.#chats = await Chats.open(this.#opened.messenger, this.#chatsInit)
      this.store.set(state => ({ ...state, role: this.#opened?.role ?? 'waiting' }))
      this.#followInvitation()
      this.#show({ phase: 'ready', chats: this.#chats })
    } catch (error) {
      if (codeOf(error) === 'NO_IDENTITY') this.#show({ phase: 'welcome' })
      else this.#fail(error)
    }
  }

  streams (call: CallId): PageStreams | undefined {
    return this.#opened?.streams(call)
  }

  async close (): Promise<void> {
    this.#chats?.stop()
    this.#chats = undefined
    await this.#opened?.close()
    this.#opened = undefined
  }

  /** Everything of this identity in this browser goes; what others have, they keep. */
  async erase (): Promise<void> {
    await this.close()
    await this.door.erase()
    await this.#leave()
  }

  async #leave (): Promise<void> {
    await this.close()
    go({ at: 'list' }, { replace: true })
    this.#show({ phase: 'welcome' })
  }

  #followInvitation (): void {
    const { invitation } = this.store.get()
    if (invitation?.kind === 'person') {
      go({ at: 'add', link: invitation.link })
      this.store.set(state => ({ ...state, invitation: undefined }))
    } else if (invitation?.kind === 'pairing') {
      // one browser, one identity: what is here is not given up by opening an address
      this.#chats?.say({ text: text('join.already'), lasting: true })
      this.store.set(state => ({ ...state, invitation: undefined }))
    }
  }

  #progress (waiting: string): void {
    this.store.set(state => state.now.phase === 'opening' ? { ...state, now: { phase: 'opening', waiting } } : state)
  }

  #show (now: Phase): void {
    this.store.set(state => ({ ...state, now }))
  }

  #fail (error: unknown): void {
    this.#chats?.stop()
    this.#chats = undefined
    this.#show({ phase: 'failed', message: describeError(error), code: codeOf(error) })
  }
}
