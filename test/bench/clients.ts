/**
 * The client of the bench, twice over the same parts: asking a provider over HTTP itself, and asking the daemon over its
 * socket. Both stamp the first text and the end of an answer, and count the pieces it came in.
 */
import { once } from 'node:events'
import { Agent, request as startRequest } from 'node:http'
import { connect } from 'node:net'

export type Ask = { readonly model: string; readonly eventCount: number }

/** From the call to the first text, and to the end of the answer. */
export type Timed = { readonly firstTextMs: number; readonly totalMs: number }

export type AskingClient = {
  readonly ask: (ask: Ask) => Promise<Timed>
  readonly close: () => void
}

const prompt = 'Say twenty words about routing.'

/** Speaks to the mock provider or to the relay. */
export function createHttpClient(port: number): AskingClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 256, noDelay: true })
  return {
    ask: ({ model, eventCount }) =>
      new Promise((resolve, reject) => {
        const startedMs = performance.now()
        const messages = [{ role: 'user', content: prompt }]
        const body = JSON.stringify({ model, messages, stream: true, max_tokens: eventCount })
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
        const options = { host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', agent, headers }
        const call = startRequest(options, (answer) => {
          let firstTextMs: number | undefined
          let open = ''
          answer.setEncoding('utf8')
          answer.on('data', (text: string) => {
            const events = (open + text).split('\n\n')
            open = events.pop() ?? ''
            for (const event of events) {
              if (textOfEvent(event) !== '') firstTextMs ??= performance.now() - startedMs
            }
          })
          answer.on('end', () => {
            if (firstTextMs === undefined) reject(new Error('expected text from the provider; none came'))
            else resolve({ firstTextMs, totalMs: performance.now() - startedMs })
          })
        })
        call.on('error', reject)
        call.end(body)
      }),
    close: () => agent.destroy(),
  }
}

function textOfEvent(event: string): string {
  const data = event.slice('data: '.length)
  return data === '[DONE]' ? '' : (JSON.parse(data).choices[0].delta.content ?? '')
}

export type DaemonClient = AskingClient & {
  readonly request: (method: string, params: object) => Promise<unknown>
}

type Message = {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly requestId: string; readonly parts: readonly { readonly type: string }[] }
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** Speaks the protocol with node:net and JSON alone. Says hello before it resolves. */
export async function connectDaemonClient(socketPath: string): Promise<DaemonClient> {
  const socket = connect(socketPath)
  await once(socket, 'connect')
  const answers = new Map<number, (message: Message) => void>()
  const firstTexts = new Map<string, () => void>()
  let lastId = 0
  onMessages(socket, (message) => {
    if (message.id !== undefined) answers.get(message.id)?.(message)
    else if (message.params?.parts.some((part) => part.type === 'text-append') === true) {
      firstTexts.get(message.params.requestId)?.()
    }
  })

  function request(method: string, params: object): Promise<unknown> {
    lastId += 1
    const id = lastId
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    return new Promise((resolve, reject) => {
      answers.set(id, (message) => {
        answers.delete(id)
        if (message.error === undefined) resolve(message.result)
        else reject(new Error(`${method}: ${message.error.message}`))
      })
      socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    })
  }

  await request('waybill/hello', { protocolVersions: { min: 1, max: 1 }, client: { name: 'bench' } })
  return {
    request,
    ask: async ({ model, eventCount }) => {
      const startedMs = performance.now()
      const requestId = `bench-${process.pid}-${lastId + 1}`
      let firstTextMs: number | undefined
      firstTexts.set(requestId, () => {
        firstTextMs ??= performance.now() - startedMs
      })
      await request('waybill/chat', {
        requestId,
        messages: [{ role: 'user', content: prompt }],
        models: [`bench/${model}`],
        parameters: { maxOutputTokens: eventCount },
      })
      firstTexts.delete(requestId)
      if (firstTextMs === undefined) throw new Error('expected text from the daemon; none came')
      return { firstTextMs, totalMs: performance.now() - startedMs }
    },
    close: () => socket.destroy(),
  }
}

function onMessages(socket: ReturnType<typeof connect>, listener: (message: Message) => void): void {
  let open: Buffer = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    open = open.length === 0 ? bytes : Buffer.concat([open, bytes])
    for (;;) {
      const headerEnd = open.indexOf('\r\n\r\n')
      if (headerEnd < 0) return
      const start = headerEnd + 4
      const end = start + Number(open.toString('latin1', 'Content-Length: '.length, headerEnd))
      if (open.length < end) return
      const text = open.toString('utf8', start, end)
      open = open.subarray(end)
      listener(JSON.parse(text))
    }
  })
}
