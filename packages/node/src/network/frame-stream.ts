/**
 * FrameStream over one libp2p stream.
 *
 * Invariants:
 * - at most one write is under way, and it begins only when the muxer takes more (`drain`, guarded by
 *   `writableNeedsDrain`: `onDrain()` of libp2p 3.3 resolves for good after its first time);
 * - reading stops at `PAUSE_BUFFERED_BYTES` and ends the stream at `MAX_BUFFERED_BYTES`, whatever the transport does;
 * - `closed` aborts exactly once, and every timer and listener ends with it.
 */
import { concat } from 'uint8arrays/concat'
import { FRAME_TIMEOUT_MS, MAX_BUFFERED_BYTES, MAX_FRAME_BYTES, MAX_QUEUED_SEND_BYTES, MAX_WRITE_BYTES, PAUSE_BUFFERED_BYTES, STREAM_CLOSE_TIMEOUT_MS } from '../config.ts'
import { LimitError, NodeError, PeerError, UnreachableError, UsageError } from '../errors.ts'
import { FrameBuffer, frameHeader } from './frame-buffer.ts'
import type { FrameStream, OpenOptions } from './index.ts'
import type { Clock } from '../components.ts'
import type { Connection, Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'

interface Pending { bytes: Uint8Array, done: PromiseWithResolvers<void> }

function ended (cause?: unknown): UnreachableError {
  return new UnreachableError('UNREACHABLE', 'the stream has ended', { cause })
}

export class Libp2pFrameStream implements FrameStream {
  readonly peerId: string
  readonly direct: boolean
  readonly #stream: Stream
  readonly #clock: Clock
  readonly #closed = new AbortController()
  readonly #incoming = new FrameBuffer(MAX_FRAME_BYTES)
  /** Ends the wait of `frames()` for more bytes. */
  #wake: (() => void) | undefined
  #remoteDone = false
  #reading = false
  #outgoing: Pending[] = []
  #queued = 0
  #pumping: Promise<void> | undefined
  #closing = false
  #cancelTimer: (() => void) | undefined

  constructor (stream: Stream, connection: Connection, clock: Clock) {
    this.#stream = stream
    this.#clock = clock
    this.peerId = connection.remotePeer.toString()
    this.direct = connection.direct && connection.limits === undefined
    stream.addEventListener('message', this.#onMessage)
    stream.addEventListener('remoteCloseWrite', this.#onRemoteDone)
    stream.addEventListener('close', this.#onClose)
    if (stream.status !== 'open') this.#end(ended())
    else if (stream.remoteWriteStatus === 'closed') this.#onRemoteDone()
  }

  get closed (): AbortSignal {
    return this.#closed.signal
  }

  async send (frame: Uint8Array, options: OpenOptions = {}): Promise<void> {
    if (frame.byteLength > MAX_FRAME_BYTES) throw new LimitError('FRAME_TOO_LARGE', `a frame of ${frame.byteLength} bytes is over the limit of ${MAX_FRAME_BYTES}`)
    if (this.#closing || this.closed.aborted) throw ended(this.closed.reason)
    throwIfAborted(options.signal)
    if (this.#queued + frame.byteLength > MAX_QUEUED_SEND_BYTES) throw new LimitError('QUEUE_FULL', 'too many bytes wait for the other side to read')
    const pending = { bytes: concat([frameHeader(frame.byteLength), frame]), done: Promise.withResolvers<void>() }
    this.#outgoing.push(pending)
    this.#queued += pending.bytes.byteLength
    this.#pumping ??= this.#pump()
    await this.#settled(pending, options.signal)
  }

  async * frames (): AsyncGenerator<Uint8Array> {
    if (this.#reading) throw new UsageError('BAD_ARGUMENT', 'the frames of a stream have one consumer')
    this.#reading = true
    try {
      while (true) {
        const frame = this.#next()
        if (frame !== undefined) {
          yield frame
          continue
        }
        if (this.#remoteDone || this.closed.aborted) return
        await this.#more()
      }
    } finally {
      this.#reading = false
    }
  }

  async close (): Promise<void> {
    if (this.#closing || this.closed.aborted) return
    this.#closing = true
    this.#cancelTimer?.()
    this.#cancelTimer = this.#clock.after(STREAM_CLOSE_TIMEOUT_MS, () => { this.abort(new PeerError('PROTOCOL_VIOLATION', 'the other side did not close')) })
    try {
      await this.#pumping
      await this.#stream.close({ signal: AbortSignal.any([this.closed, AbortSignal.timeout(STREAM_CLOSE_TIMEOUT_MS)]) })
    } catch (error) {
      this.abort(new UnreachableError('UNREACHABLE', 'the stream did not close', { cause: error }))
    }
  }

  abort (error: Error): void {
    if (this.closed.aborted) return
    this.#end(error) // first: our reason, not that of the `close` event
    this.#stream.abort(error)
  }

  /** Takes one frame and lets the muxer go on where it was held back. */
  #next (): Uint8Array | undefined {
    if (this.#incoming.size < PAUSE_BUFFERED_BYTES / 2) this.#resume()
    try {
      return this.#incoming.shift()
    } catch (error) {
      this.#incoming.clear()
      this.abort(error instanceof Error ? error : new PeerError('PROTOCOL_VIOLATION', 'a bad frame'))
      return undefined
    }
  }

  #resume (): void {
    if (this.#stream.readStatus !== 'paused') return
    try {
      this.#stream.resume()
    } catch (error) {
      this.abort(ended(error)) // the connection went away below a paused stream
    }
  }

  /** Waits for bytes. A frame that was begun must come whole in FRAME_TIMEOUT_MS, however its bytes trickle in. */
  async #more (): Promise<void> {
    if (this.#incoming.size === 0) {
      await this.#woken()
      return
    }
    const cancel = this.#clock.after(FRAME_TIMEOUT_MS, () => { this.abort(new PeerError('PROTOCOL_VIOLATION', 'a frame was begun and not ended')) })
    while (!this.#done() && !this.#whole()) await this.#woken()
    cancel()
  }

  async #woken (): Promise<void> {
    await new Promise<void>(resolve => { this.#wake = resolve })
  }

  #done (): boolean {
    return this.#remoteDone || this.closed.aborted
  }

  #whole (): boolean {
    try {
      return this.#incoming.has()
    } catch {
      return true // `shift` throws the same, where it is handled
    }
  }

  async #pump (): Promise<void> {
    await Promise.resolve() // frames sent in one turn share a write
    while (this.#outgoing.length > 0 && !this.closed.aborted) {
      if (this.#stream.writableNeedsDrain) {
        await this.#drained()
        continue
      }
      const batch = this.#batch()
      try {
        this.#stream.send(concat(batch.map(pending => pending.bytes)))
      } catch (error) {
        this.#fail(batch, error)
        continue
      }
      for (const pending of batch) pending.done.resolve()
    }
    this.#pumping = undefined
  }

  #batch (): Pending[] {
    const batch: Pending[] = []
    let bytes = 0
    for (let head = this.#outgoing[0]; head !== undefined && (batch.length === 0 || bytes + head.bytes.byteLength <= MAX_WRITE_BYTES); head = this.#outgoing[0]) {
      batch.push(head)
      bytes += head.bytes.byteLength
      this.#outgoing.shift()
    }
    this.#queued -= bytes
    return batch
  }

  #fail (batch: Pending[], cause: unknown): void {
    const error = cause instanceof NodeError ? cause : ended(cause)
    for (const pending of batch) pending.done.reject(error)
    this.abort(error)
  }

  async #drained (): Promise<void> {
    await new Promise<void>(resolve => {
      const done = (): void => {
        this.#stream.removeEventListener('drain', done)
        this.closed.removeEventListener('abort', done)
        resolve()
      }
      this.#stream.addEventListener('drain', done)
      this.closed.addEventListener('abort', done)
    })
  }

  /** The frame was written, or its sender gave up while it still waited: then it is not sent. */
  async #settled (pending: Pending, signal: AbortSignal | undefined): Promise<void> {
    if (signal === undefined) {
      await pending.done.promise
      return
    }
    const abort = (): void => {
      const index = this.#outgoing.indexOf(pending)
      if (index === -1) return
      this.#outgoing.splice(index, 1)
      this.#queued -= pending.bytes.byteLength
      pending.done.reject(aborted(signal))
    }
    signal.addEventListener('abort', abort)
    try {
      await pending.done.promise
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  readonly #onMessage = (event: StreamMessageEvent): void => {
    const bytes = event.data instanceof Uint8Array ? event.data : event.data.subarray()
    if (this.#incoming.size + bytes.byteLength > MAX_BUFFERED_BYTES) {
      this.abort(new PeerError('PROTOCOL_VIOLATION', 'more bytes than we can hold'))
      return
    }
    this.#incoming.push(bytes)
    if (this.#incoming.size > PAUSE_BUFFERED_BYTES && this.#stream.readStatus === 'readable') this.#stream.pause()
    this.#wakeUp()
  }

  readonly #onRemoteDone = (): void => {
    this.#remoteDone = true
    this.#wakeUp()
    // Whoever opened a stream may end its own half and still be answered; when the one who answers ends, all is said.
    if (this.#stream.direction === 'outbound') this.close().catch(() => {}) // close() aborts where it fails
  }

  readonly #onClose = (event: StreamCloseEvent): void => {
    if (event.error === undefined) this.#resume() // what the muxer still held for a paused stream was sent in good order
    this.#end(ended(event.error))
  }

  #wakeUp (): void {
    this.#wake?.()
    this.#wake = undefined
  }

  #end (reason: Error): void {
    if (this.closed.aborted) return
    this.#stream.removeEventListener('message', this.#onMessage)
    this.#stream.removeEventListener('remoteCloseWrite', this.#onRemoteDone)
    this.#stream.removeEventListener('close', this.#onClose)
    this.#cancelTimer?.()
    const waiting = this.#outgoing
    this.#outgoing = []
    this.#queued = 0
    this.#closed.abort(reason)
    for (const pending of waiting) pending.done.reject(reason instanceof NodeError ? reason : ended(reason))
    this.#wakeUp()
  }
}

export function aborted (signal: AbortSignal): NodeError {
  return signal.reason instanceof NodeError ? signal.reason : new NodeError('ABORTED', 'the call was aborted', { cause: signal.reason })
}

export function throwIfAborted (signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal)
}
