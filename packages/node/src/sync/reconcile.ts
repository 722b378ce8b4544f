/**
 * Finds what two copies of one conversation differ in, whatever carries the messages: bytes in, bytes out. No network, clock
 * or randomness. Spec: protocols/sync SYN-9 to SYN-14.
 *
 *   const difference = await reconcile(source, async question => ask(question))   // the side that wants to know
 *   const reply = await answerReconcile(source, question)                         // the other side, without any state
 *
 * `source` is `rangesOf(log, …)` for a conversation's log. The difference says what to ask for (`needs`: as wants), what to
 * hand out (`haves`: `collectRuns`, in batches) and where an author's chain forks (both entries of that place go both ways).
 * A device that has nothing yet gets `needs` for all of the other one's history.
 *
 * Invariants: an answer depends on the question and the log alone; no message exceeds MAX_RECONCILE_BYTES; a question costs
 * at most one look at the log for each 32 bytes of it, and MAX_POINTS for each fork looked for; no reconciliation asks more
 * than MAX_ROUNDS questions. What found no room is found by the next one: `complete` is false.
 */
import { compareBytes } from '@sotto/protocols/message'
import { MAX_LISTED_CHAINS, MAX_POINTS, MAX_PROBES, MAX_RECONCILE_BYTES, MAX_ROUNDS, MAX_SPANS, SPAN_PARTS, Chain, Reconcile, Span, Probe, decodeReconcile, fingerprintOf } from '@sotto/protocols/sync'
import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { equals } from 'uint8arrays/equals'
import { PeerError } from '../errors.ts'
import { compareChains, placesBetween, shortened } from './ranges.ts'
import type { Check, Stretch } from './ranges.ts'

/** What a reconciliation reads of one conversation. */
export interface RangeSource {
  conversation: Uint8Array
  /** one chain per author of whom there is something, ascending by author */
  chains (): Promise<Chain[]>
  /** the hash of the entry at this place, where there is one */
  hashAt (author: Uint8Array, sequence: number): Promise<Uint8Array | undefined>
}

export interface AuthorStretch extends Stretch { author: Uint8Array }

export interface Difference {
  needs: AuthorStretch[]
  haves: AuthorStretch[]
  /** the first place at which the two have different entries of one author */
  forks: Array<{ author: Uint8Array, sequence: number }>
  /** false: there is more, which the next reconciliation finds */
  complete: boolean
  /** questions asked */
  rounds: number
}

const EMPTY = new Uint8Array(0)
/** Bytes around spans and probes in a message. */
const MESSAGE_OVERHEAD_BYTES = 32
/** Bytes around the chains of a span. */
const SPAN_OVERHEAD_BYTES = 64

/** A message that grows to its limit and no further. */
class Draft {
  readonly #message: Reconcile
  #size = MESSAGE_OVERHEAD_BYTES

  constructor (answer: boolean, to: Uint8Array) {
    this.#message = { to, answer, more: false, spans: [], probes: [] }
  }

  get isEmpty (): boolean { return this.#message.spans.length + this.#message.probes.length === 0 }
  get isCut (): boolean { return this.#message.more }
  cut (): void { this.#message.more = true }

  span (span: Span): boolean {
    return this.#add(Span.encode(span).byteLength, this.#message.spans.length < MAX_SPANS, () => this.#message.spans.push(span))
  }

  probe (probe: Probe): boolean {
    return this.#add(Probe.encode(probe).byteLength, this.#message.probes.length < MAX_PROBES, () => this.#message.probes.push(probe))
  }

  #add (bytes: number, room: boolean, push: () => void): boolean {
    if (!room || this.#size + bytes + 4 > MAX_RECONCILE_BYTES) {
      this.#message.more = true
      return false
    }
    this.#size += bytes + 4
    push()
    return true
  }

  /** Names chains, as many as there is room for. */
  list (bounds: Pick<Span, 'from' | 'to'>, chains: readonly Chain[], known: boolean): void {
    const span: Span = { from: bounds.from, to: bounds.to, fingerprint: EMPTY, chains: [], known }
    let size = this.#size + SPAN_OVERHEAD_BYTES
    for (const chain of chains.slice(0, MAX_LISTED_CHAINS).map(shortened)) {
      size += Chain.encode(chain).byteLength + 4
      if (size > MAX_RECONCILE_BYTES) break
      span.chains.push(chain)
    }
    const last = span.chains.at(-1)
    if (span.chains.length < chains.length) {
      this.#message.more = true
      if (last === undefined) return
      span.to = after(last.author) // of those beyond nothing is said
    }
    this.span(span)
  }

  encode (): Uint8Array { return Reconcile.encode(this.#message) }
}

/** The first author beyond this one: as a bound, empty where there is none. */
function after (author: Uint8Array): Uint8Array {
  const next = Uint8Array.from(author)
  for (let i = next.length - 1; i >= 0; i--) {
    const byte = next[i] ?? 0
    if (byte < 0xff) {
      next[i] = byte + 1
      return next
    }
    next[i] = 0
  }
  return EMPTY
}

function within (chains: readonly Chain[], { from, to }: Pick<Span, 'from' | 'to'>): Chain[] {
  return chains.filter(({ author }) => (from.byteLength === 0 || compareBytes(author, from) >= 0) && (to.byteLength === 0 || compareBytes(author, to) < 0))
}

/** A span that differs: its chains, or the fingerprints of its parts. */
function divide (draft: Draft, conversation: Uint8Array, bounds: Pick<Span, 'from' | 'to'>, chains: readonly Chain[]): boolean {
  if (chains.length <= MAX_LISTED_CHAINS) {
    draft.list(bounds, chains, false)
    return true
  }
  const size = Math.ceil(chains.length / SPAN_PARTS)
  for (let at = 0; at < chains.length; at += size) {
    const part = chains.slice(at, at + size)
    const from = at === 0 ? bounds.from : part[0]?.author ?? EMPTY
    const to = chains[at + size]?.author ?? bounds.to
    draft.span({ from, to, fingerprint: fingerprintOf(conversation, part), chains: [], known: false })
  }
  return false
}

/** The first place where what both have differs; undefined where all of it agrees. */
async function firstMismatch (source: RangeSource, author: Uint8Array, checks: readonly Check[]): Promise<Check | undefined> {
  for (const check of checks) {
    const own = await source.hashAt(author, check.sequence)
    if (own === undefined || !equals(own, check.hash)) return check
  }
  return undefined
}

/** Narrows a probe by the other one's points, and gives our own in turn. */
async function narrow (source: RangeSource, { author, low, high, points }: Probe): Promise<Probe> {
  let from = low
  let to = high
  // a chain that agrees at one place agrees at all before it: halving is enough
  let first = 0
  let end = points.length
  while (first < end) {
    const middle = (first + end) >> 1
    const point = points[middle]
    if (point === undefined) break
    const own = await source.hashAt(author, point.sequence)
    if (own !== undefined && equals(own, point.hash)) {
      from = point.sequence
      first = middle + 1
    } else {
      to = point.sequence
      end = middle
    }
  }
  return probeOf(source, author, from, to)
}

async function probeOf (source: RangeSource, author: Uint8Array, low: number, high: number): Promise<Probe> {
  const points: Probe['points'] = []
  for (const sequence of placesBetween(low, high, MAX_POINTS)) {
    const hash = await source.hashAt(author, sequence)
    if (hash !== undefined) points.push({ sequence, hash })
  }
  return { author, low, high: points.length === 0 ? low + 1 : high, points }
}

/** Whether the source has this author's entries up to `high`: of anything else a probe is not answered. */
function covers (chains: readonly Chain[], { author, low, high }: Probe): boolean {
  const chain = chains.find(other => equals(other.author, author))
  return chain?.ranges.some(({ from, to }) => from <= low + 1 && high <= to) ?? false
}

/** The answer to a question: undefined for what is malformed, or no question. `to`: who asked, where others hear it too. */
export async function answerReconcile (source: RangeSource, bytes: Uint8Array, to: Uint8Array = EMPTY): Promise<Uint8Array | undefined> {
  const question = decodeReconcile(bytes)
  if (question === undefined || question.answer) return undefined
  const draft = new Draft(true, to)
  const chains = await source.chains()
  for (const probe of question.probes) if (covers(chains, probe)) draft.probe(await narrow(source, probe))
  for (const span of question.spans) {
    const mine = within(chains, span)
    if (span.fingerprint.byteLength > 0) {
      if (!equals(span.fingerprint, fingerprintOf(source.conversation, mine))) divide(draft, source.conversation, span, mine)
      continue
    }
    const differing: Chain[] = []
    for (const [chain, theirs] of pairs(mine, span.chains, span.known)) {
      const compared = compareChains(chain, theirs)
      const author = (chain ?? theirs)?.author ?? EMPTY
      const mismatch = await firstMismatch(source, author, compared.checks)
      if (mismatch !== undefined) draft.probe(await probeOf(source, author, mismatch.from - 1, mismatch.sequence))
      if (compared.needs.length + compared.haves.length + Number(compared.unchecked) > 0) differing.push(chain ?? { author, ranges: [] })
    }
    if (!span.known && differing.length > 0) draft.list(span, differing, true)
  }
  return draft.encode()
}

/** Chains of the same author beside each other; `listed`: only those that the other one named. */
function pairs (mine: readonly Chain[], theirs: readonly Chain[], listed: boolean): Array<[Chain | undefined, Chain | undefined]> {
  const byAuthor = new Map<string, [Chain | undefined, Chain | undefined]>()
  for (const chain of theirs) byAuthor.set(hex(chain.author), [undefined, chain])
  for (const chain of mine) {
    const known = byAuthor.get(hex(chain.author))
    if (known !== undefined) known[0] = chain
    else if (!listed) byAuthor.set(hex(chain.author), [chain, undefined])
  }
  return [...byAuthor.values()]
}

/** The side that asks: `open`, then `take` each answer, until it gives no further question. */
export class Reconciliation {
  readonly #source: RangeSource
  readonly #to: Uint8Array
  readonly #needs = new Map<string, AuthorStretch[]>()
  readonly #haves = new Map<string, AuthorStretch[]>()
  readonly #forks = new Map<string, { author: Uint8Array, sequence: number }>()
  /** authors (hex) whose chains the other side was told */
  readonly #told = new Set<string>()
  #chains: Chain[] = []
  #rounds = 0
  #complete = true
  #ended = false

  /** `to`: the device that is asked, where others hear it too */
  constructor (source: RangeSource, to: Uint8Array = EMPTY) {
    this.#source = source
    this.#to = to
  }

  /** The first question: one fingerprint of everything. */
  async open (): Promise<Uint8Array> {
    this.#chains = await this.#source.chains()
    const draft = new Draft(false, this.#to)
    draft.span({ from: EMPTY, to: EMPTY, fingerprint: fingerprintOf(this.#source.conversation, this.#chains), chains: [], known: false })
    this.#rounds = 1
    return draft.encode()
  }

  /** @returns the next question, or undefined at the end. @throws PeerError PROTOCOL_VIOLATION */
  async take (bytes: Uint8Array): Promise<Uint8Array | undefined> {
    const answer = decodeReconcile(bytes)
    if (answer?.answer !== true || this.#ended) throw new PeerError('PROTOCOL_VIOLATION', 'no answer to a question about the log')
    if (answer.more) this.#complete = false
    const draft = new Draft(false, this.#to)
    for (const probe of answer.probes) await this.#probed(draft, probe)
    for (const span of answer.spans) await this.#span(draft, span)
    if (draft.isCut) this.#complete = false
    if (!draft.isEmpty && this.#rounds < MAX_ROUNDS) {
      this.#rounds++
      return draft.encode()
    }
    if (!draft.isEmpty) this.#complete = false
    this.#ended = true
    return undefined
  }

  get difference (): Difference {
    const forks = [...this.#forks.values()]
    const flat = (found: Map<string, AuthorStretch[]>): AuthorStretch[] => [...found].flatMap(([id, stretches]) => {
      const fork = this.#forks.get(id)
      if (fork === undefined) return stretches
      // beyond a fork there is nothing to agree upon; of its place each gets what the other has
      const before = stretches.filter(({ from }) => from < fork.sequence).map(({ author, from, to }) => ({ author, from, to: Math.min(to, fork.sequence - 1) }))
      return before
    }).concat(forks.map(({ author, sequence }) => ({ author, from: sequence, to: sequence })))
    return { needs: flat(this.#needs), haves: flat(this.#haves), forks, complete: this.#complete, rounds: this.#rounds }
  }

  async #probed (draft: Draft, probe: Probe): Promise<void> {
    if (!covers(this.#chains, probe)) return
    const next = await narrow(this.#source, probe)
    if (next.points.length > 0) draft.probe(next)
    else this.#forks.set(hex(next.author), { author: next.author, sequence: next.high })
  }

  async #span (draft: Draft, span: Span): Promise<void> {
    const { conversation } = this.#source
    const mine = within(this.#chains, span)
    if (span.fingerprint.byteLength > 0) {
      if (equals(span.fingerprint, fingerprintOf(conversation, mine))) return
      if (divide(draft, conversation, span, mine)) for (const { author } of mine) this.#told.add(hex(author))
      return
    }
    const unchecked: Chain[] = []
    // where the other side was told our chains, it names only those that differ
    for (const [chain, theirs] of pairs(mine, span.chains, span.known)) {
      const author = (chain ?? theirs)?.author ?? EMPTY
      const id = hex(author)
      const compared = compareChains(chain, theirs)
      this.#needs.set(id, compared.needs.map(stretch => ({ author, ...stretch })))
      this.#haves.set(id, compared.haves.map(stretch => ({ author, ...stretch })))
      if (this.#forks.has(id)) continue
      const mismatch = await firstMismatch(this.#source, author, compared.checks)
      if (mismatch !== undefined) await this.#mismatch(draft, author, mismatch)
      else if (compared.unchecked && chain !== undefined && !this.#told.has(id)) unchecked.push(chain)
    }
    if (unchecked.length === 0) return
    for (const { author } of unchecked) this.#told.add(hex(author))
    draft.list(span, unchecked, true)
  }

  async #mismatch (draft: Draft, author: Uint8Array, { from, sequence }: Check): Promise<void> {
    const probe = await probeOf(this.#source, author, from - 1, sequence)
    if (probe.points.length > 0) draft.probe(probe)
    else this.#forks.set(hex(author), { author, sequence: probe.high })
  }
}

/**
 * Runs a reconciliation over any exchange of questions and answers. What is found may be asked for at once; nothing is
 * changed here.
 *
 * @throws PeerError PROTOCOL_VIOLATION; whatever `exchange` throws; the reason of `signal`
 */
export async function reconcile (source: RangeSource, exchange: (question: Uint8Array) => Promise<Uint8Array>, { signal }: { signal?: AbortSignal } = {}): Promise<Difference> {
  const reconciliation = new Reconciliation(source)
  for (let question: Uint8Array | undefined = await reconciliation.open(); question !== undefined;) {
    signal?.throwIfAborted()
    question = await reconciliation.take(await exchange(question))
  }
  return reconciliation.difference
}
