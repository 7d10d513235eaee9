/**
 * A client of the daemon for process tests: its own framing over node:net, so that it shares no code with the servers.
 * `ask` decodes each result by the protocol's own schema; `refusal` wants an error.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type * as z from 'zod'
import type { StreamPart } from '../../shared/domain/streamPart.ts'
import { type ChatResult, chatResultSchema } from '../../shared/protocol/chat.ts'
import type { RequestErrorData } from '../../shared/protocol/errors.ts'
import { hello } from '../../shared/protocol/hello.ts'
import type { RequestType } from '../../shared/protocol/messageType.ts'

export type RpcError = { readonly code: number; readonly message: string; readonly data?: RequestErrorData }

export type RpcAnswer = { readonly result?: unknown; readonly error?: RpcError }

export type Notification = { readonly method: string; readonly params: Readonly<Record<string, unknown>> }

/** One chat or attach under way. */
export type Conversation = {
  readonly rpcId: number
  readonly requestId: string
  readonly parts: readonly StreamPart[]
  readonly answer: Promise<RpcAnswer>
  readonly cancel: () => void
}

export type RpcClient = {
  readonly socket: Socket
  readonly notifications: readonly Notification[]
  /** Everything the daemon ever sent. */
  readonly receivedText: () => string
  readonly call: (method: string, params: unknown) => Promise<RpcAnswer>
  readonly ask: <Result extends z.ZodType>(
    type: RequestType<z.ZodType, Result>,
    params: object,
  ) => Promise<z.infer<Result>>
  readonly refusal: (method: string, params: unknown) => Promise<RpcError>
  readonly chat: (params: object) => Conversation
  readonly attach: (requestId: string, after: number) => Conversation
  readonly isClosed: () => boolean
  readonly close: () => Promise<void>
}

const answerLimitMs = 60_000

export function frameOf(message: object): Buffer {
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }))
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body])
}

export async function connectClient(socketPath: string, helloParams: object = {}): Promise<RpcClient> {
  const client = await connectWithoutHello(socketPath)
  await client.ask(hello, { protocolVersions: { min: 1, max: 1 }, client: { name: 'e2e' }, ...helloParams })
  return client
}

export async function connectWithoutHello(socketPath: string): Promise<RpcClient> {
  const socket = connect(socketPath)
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  const waiting = new Map<number, (answer: RpcAnswer) => void>()
  const notifications: Notification[] = []
  const received: string[] = []
  const conversations = new Map<string, StreamPart[]>()
  let lastId = 0

  readFrames(socket, (body) => {
    received.push(body)
    const message = JSON.parse(body)
    if (message.method === undefined) {
      waiting.get(message.id)?.(message)
      waiting.delete(message.id)
      return
    }
    notifications.push(message)
    if (message.method === 'waybill/chat/parts')
      conversations.get(message.params.requestId)?.push(...message.params.parts)
  })
  socket.once('close', () => {
    for (const settle of waiting.values()) settle({ error: { code: 0, message: 'the connection closed first' } })
  })

  function send(method: string, params: unknown): { readonly id: number; readonly answer: Promise<RpcAnswer> } {
    lastId += 1
    const id = lastId
    const answer = new Promise<RpcAnswer>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`${method} was not answered within 60 s`)), answerLimitMs)
      waiting.set(id, (given) => {
        clearTimeout(limit)
        resolve(given)
      })
    })
    // Nobody may be waiting for it.
    answer.catch(() => undefined)
    socket.write(frameOf({ id, method, params }))
    return { id, answer }
  }
  function converse(method: string, params: { readonly requestId: string }): Conversation {
    const parts: StreamPart[] = []
    conversations.set(params.requestId, parts)
    const { id, answer } = send(method, params)
    const cancel = () => void socket.write(frameOf({ method: '$/cancelRequest', params: { id } }))
    return { rpcId: id, requestId: params.requestId, parts, answer, cancel }
  }
  return {
    socket,
    notifications,
    receivedText: () => received.join('\n'),
    call: (method, params) => send(method, params).answer,
    ask: async (type, params) => {
      const { result, error } = await send(type.method, params).answer
      assert.equal(error, undefined, `${type.method} was refused: ${JSON.stringify(error)}`)
      return type.result.parse(result)
    },
    refusal: async (method, params) => {
      const { result, error } = await send(method, params).answer
      assert.ok(error !== undefined, `expected ${method} to be refused, it answered ${JSON.stringify(result)}`)
      return error
    },
    chat: (params) => converse('waybill/chat', { requestId: randomUUID(), ...params }),
    attach: (requestId, after) => converse('waybill/chat/attach', { requestId, after } as { requestId: string }),
    isClosed: () => socket.closed,
    close: async () => {
      if (socket.closed) return
      socket.destroy()
      await once(socket, 'close')
    },
  }
}

/** The result of a chat that must not be refused. */
export async function resultOf(conversation: Conversation): Promise<ChatResult> {
  const { result, error } = await conversation.answer
  assert.equal(error, undefined, `refused: ${JSON.stringify(error)}`)
  return chatResultSchema.parse(result)
}

export function askPrompt(text: string): object {
  return { prompt: { name: 'ask', text } }
}

function readFrames(socket: Socket, onBody: (body: string) => void): void {
  let buffered: Buffer = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    buffered = buffered.length === 0 ? bytes : Buffer.concat([buffered, bytes])
    for (;;) {
      const end = buffered.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/Content-Length: (\d+)/.exec(buffered.toString('latin1', 0, end))?.[1])
      if (buffered.length < end + 4 + length) return
      onBody(buffered.toString('utf8', end + 4, end + 4 + length))
      buffered = buffered.subarray(end + 4 + length)
    }
  })
}
