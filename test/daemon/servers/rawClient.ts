/** A client of bytes: node:net and JSON alone, so that the servers are tested against something that shares no code. */
import { connect, type Socket } from 'node:net'

export type RawMessage = {
  readonly id?: string | number | null
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Record<string, unknown> }
}

export type RawClient = {
  readonly socket: Socket
  readonly writeBytes: (bytes: string | Buffer) => void
  readonly send: (message: object) => void
  /** The first message, come or to come, that the test accepts; rejects when the connection closes before. */
  readonly next: (accepts: (message: RawMessage) => boolean) => Promise<RawMessage>
  readonly request: (id: number, method: string, params?: unknown) => Promise<RawMessage>
  readonly hello: () => Promise<RawMessage>
  readonly untilClosed: () => Promise<void>
}

export function frameOf(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message))
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body])
}

export const helloParams = { protocolVersions: { min: 1, max: 1 }, client: { name: 'test' } }

export async function connectRawClient(socketPath: string): Promise<RawClient> {
  const socket = connect(socketPath)
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  socket.on('error', () => undefined)
  let buffered = Buffer.alloc(0)
  const messages: RawMessage[] = []
  const waiting = new Set<() => void>()

  socket.on('data', (bytes) => {
    buffered = Buffer.concat([buffered, bytes])
    for (;;) {
      const end = buffered.indexOf('\r\n\r\n')
      if (end < 0) break
      const length = Number(/Content-Length: (\d+)/.exec(buffered.toString('latin1', 0, end))?.[1])
      if (buffered.length < end + 4 + length) break
      messages.push(JSON.parse(buffered.toString('utf8', end + 4, end + 4 + length)))
      buffered = buffered.subarray(end + 4 + length)
    }
    for (const look of waiting) look()
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))

  function next(accepts: (message: RawMessage) => boolean): Promise<RawMessage> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const index = messages.findIndex(accepts)
        const message = messages[index]
        if (message === undefined) return
        messages.splice(index, 1)
        waiting.delete(look)
        resolve(message)
      }
      waiting.add(look)
      void closed.then(() => reject(new Error('the connection closed first')))
      look()
    })
  }
  function send(message: object): void {
    socket.write(frameOf({ jsonrpc: '2.0', ...message }))
  }
  function request(id: number, method: string, params?: unknown): Promise<RawMessage> {
    send({ id, method, params })
    return next((message) => message.id === id && message.method === undefined)
  }

  return {
    socket,
    writeBytes: (bytes) => socket.write(bytes),
    send,
    next,
    request,
    hello: () => request(0, 'waybill/hello', helloParams),
    untilClosed: () => closed,
  }
}
