/**
 * JSON-RPC 2.0 over a socket, one message per line (CTL-2), for vscode-jsonrpc, whose own framing knows no limits.
 *
 * Invariants: a line above the limit, or one that is no message, ends the connection (CTL-4); a request id is known from its
 * request to its response, so that nothing is kept for ids that never come; while the other side does not read, nothing
 * is read from it.
 */
import { AbstractMessageReader, AbstractMessageWriter, Message } from 'vscode-jsonrpc/node'
import { HIGH_WATER_BYTES, MAX_UNREAD_BYTES } from './limits.ts'
import type { Socket } from 'node:net'
import type { DataCallback, Disposable, MessageReader, MessageWriter } from 'vscode-jsonrpc/node'

const NEWLINE = 0x0a
const CANCEL = '$/cancelRequest'
/** Longest id of a request, characters: a UUID with a prefix. */
const MAX_ID_LENGTH = 64
const MAX_METHOD_LENGTH = 64

export interface TransportInit {
  /** longest line that is read, bytes */
  maxLine: number
  /** requests under way */
  maxRequests: number
}

export interface Transport {
  reader: MessageReader
  writer: MessageWriter
}

interface RpcError { code: number, message: string, data?: unknown }

/** Codes of JSON-RPC 2.0, §5.1, and ours. */
export const RPC = { parse: -32700, invalid: -32600, unknownMethod: -32601, badParams: -32602, internal: -32603, application: -32000 } as const

type Id = string | number

function isId (value: unknown): value is Id {
  return Number.isSafeInteger(value) || (typeof value === 'string' && value.length <= MAX_ID_LENGTH)
}

/** A well-formed message, or why not. Only shapes that vscode-jsonrpc takes without throwing. */
export function validateMessage (value: unknown): Message | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'no JSON-RPC object'
  const { jsonrpc, id, method, params, error } = value as Record<string, unknown>
  if (jsonrpc !== '2.0') return 'jsonrpc must be "2.0"'
  if (id !== undefined && !isId(id) && !(id === null && method === undefined)) return 'id must be an integer or a short string'
  if (method !== undefined && (typeof method !== 'string' || method.length > MAX_METHOD_LENGTH)) return 'method must be a short string'
  if (params !== undefined && (typeof params !== 'object' || params === null)) return 'params must be an object'
  if (method === undefined && id === undefined) return 'neither request nor response'
  if (error !== undefined && (typeof error !== 'object' || error === null)) return 'error must be an object'
  if (method === CANCEL && !isId((params as { id?: unknown } | undefined)?.id)) return 'cancellation needs an id'
  return value as Message
}

export function createTransport (socket: Socket, init: TransportInit): Transport {
  const underWay = new Set<Id>()

  const refuse = (id: Id | null, error: RpcError, end: boolean): void => {
    const line = `${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`
    if (end) socket.end(line)
    else socket.write(line)
  }

  class LineReader extends AbstractMessageReader implements MessageReader {
    #parts: Uint8Array[] = []
    #length = 0
    #ended = false

    listen (callback: DataCallback): Disposable {
      const onData = (chunk: Uint8Array): void => {
        for (let start = 0; start < chunk.length && !this.#ended;) {
          const end = chunk.indexOf(NEWLINE, start)
          const part = chunk.subarray(start, end < 0 ? chunk.length : end)
          this.#length += part.length
          if (this.#length > init.maxLine) { this.#end(RPC.invalid, `a line is longer than ${init.maxLine} bytes`); return }
          if (part.length > 0) this.#parts.push(part)
          if (end < 0) return
          start = end + 1
          const line = this.#take()
          if (line.trim() !== '') this.#accept(line, callback)
        }
      }
      const onEnd = (): void => { if (!this.#ended) { this.#ended = true; this.fireClose() } }
      const onError = (error: Error): void => { this.fireError(error) }
      socket.on('data', onData).on('close', onEnd).on('error', onError)
      // the error listener stays: a late error of a destroyed socket must not end the process
      return { dispose: () => { socket.off('data', onData).off('close', onEnd) } }
    }

    #take (): string {
      const line = new Uint8Array(this.#length)
      let at = 0
      for (const part of this.#parts) { line.set(part, at); at += part.length }
      this.#parts = []
      this.#length = 0
      return new TextDecoder().decode(line)
    }

    #accept (line: string, callback: DataCallback): void {
      let value: unknown
      try {
        value = JSON.parse(line)
      } catch {
        this.#end(RPC.parse, 'a line is no JSON')
        return
      }
      const message = validateMessage(value)
      if (typeof message === 'string') { this.#end(RPC.invalid, message); return }
      if (Message.isRequest(message)) {
        const id = message.id as Id
        if (underWay.has(id)) { refuse(id, { code: RPC.invalid, message: 'this id is in use' }, false); return }
        if (underWay.size >= init.maxRequests) { refuse(id, { code: RPC.application, message: 'Too many requests are under way.', data: { name: 'LimitError', code: 'LIMIT_EXCEEDED', hint: 'Wait for some of the answers.' } }, false); return }
        underWay.add(id)
      } else if (Message.isNotification(message) && message.method === CANCEL && !underWay.has((message.params as unknown as { id: Id }).id)) {
        return
      }
      callback(message)
    }

    #end (code: number, reason: string): void {
      this.#ended = true
      this.#parts = []
      refuse(null, { code, message: reason }, true)
      socket.destroySoon()
      this.fireClose()
    }
  }

  class LineWriter extends AbstractMessageWriter implements MessageWriter {
    async write (message: Message): Promise<void> {
      if (Message.isResponse(message) && message.id !== null) underWay.delete(message.id)
      if (!socket.writable) return
      const flowing = socket.write(`${JSON.stringify(message)}\n`)
      if (flowing) return
      if (socket.writableLength > MAX_UNREAD_BYTES) { socket.destroy(); return }
      if (socket.writableLength > HIGH_WATER_BYTES && !socket.isPaused()) {
        socket.pause()
        socket.once('drain', () => { socket.resume() })
      }
    }

    end (): void { socket.end() }
  }

  return { reader: new LineReader(), writer: new LineWriter() }
}
