/**
 * A provider that says one recorded answer byte by byte as it lies on the wire, head and chunks included, and breaks at the
 * byte that the prompt names: `fault cut 17`, `fault stall 17`, `fault garble 17`. A garbled byte becomes 0, which no head, no
 * chunk size, no event and no JSON takes for its own. It plays over bare TCP, because an HTTP server would not lie.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

export const faults = ['cut', 'stall', 'garble'] as const
export type Fault = (typeof faults)[number]

export type FaultyProvider = { readonly baseUrl: string; readonly answerBytes: number }

export function faultPrompt(fault: Fault, position: number): string {
  return `fault ${fault} ${position}.`
}

/** `events` is the body of the answer, one text a chunk. */
export async function startFaultyProvider(t: TestContext, events: readonly string[]): Promise<FaultyProvider> {
  const answer = recordedAnswer(events)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    readRequests(socket, (body) => play(socket, answer, body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, answerBytes: answer.length }
}

function recordedAnswer(events: readonly string[]): Buffer {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
  const chunks = events.map((event) => `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`)
  return Buffer.from(`${head}${chunks.join('')}0\r\n\r\n`)
}

function play(socket: Socket, answer: Buffer, body: string): void {
  const [, fault, at] = /fault (\w+) (\d+)\./.exec(body) ?? []
  const position = Number(at)
  switch (fault) {
    case 'cut':
      writeInTwo(socket, answer.subarray(0, position), () => socket.end())
      return
    case 'stall':
      writeInTwo(socket, answer.subarray(0, position), () => undefined)
      return
    case 'garble': {
      const garbled = Buffer.from(answer)
      garbled[position] = 0
      writeInTwo(socket, garbled, () => undefined)
      return
    }
    default:
      socket.destroy()
  }
}

/** In two writes, so that what was good can be drawn before the rest comes. */
function writeInTwo(socket: Socket, bytes: Buffer, andThen: () => void): void {
  const half = Math.floor((bytes.length * 2) / 3)
  socket.write(bytes.subarray(0, half))
  setImmediate(() => {
    socket.write(bytes.subarray(half), andThen)
  })
}

function readRequests(socket: Socket, onBody: (body: string) => void): void {
  let buffered: Buffer = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.on('data', (bytes) => {
    buffered = Buffer.concat([buffered, bytes])
    for (;;) {
      const end = buffered.indexOf('\r\n\r\n')
      if (end < 0) return
      // A question without a body, as for its list of models, names no length.
      const length = Number(/content-length: (\d+)/i.exec(buffered.toString('latin1', 0, end))?.[1] ?? 0)
      if (buffered.length < end + 4 + length) return
      const body = buffered.toString('utf8', end + 4, end + 4 + length)
      buffered = buffered.subarray(end + 4 + length)
      onBody(body)
    }
  })
}
