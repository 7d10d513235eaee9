// A provider on loopback that says what a test tells it to, when the test tells it to: no test depends on speed. Speaks the OpenAI
// chat wire. The first part of a URL's path names the provider, so that one server can be several.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export interface GatedCall {
  readonly provider: string
  /** What the model is asked, as the JSON that was sent. */
  readonly prompt: string
  say(text: string): void
  /** Ends the answer as a whole one; without `tokens` it used 1200 and 34. */
  finish(reason?: 'stop' | 'length', tokens?: { readonly input: number; readonly output: number }): void
  /** Breaks the connection in mid-stream. */
  cut(): void
  /** Ends the answer with an error that nobody else would do better with. */
  refuse(): void
  isClosed(): boolean
}

export interface GatedModel {
  readonly model: string
  /** US dollars for a million tokens. */
  readonly price: { readonly input: string; readonly output: string }
}

export interface GatedServer {
  /** For the `providers` of a configuration: one model, by default `test/gated` at $1 and $2 a million tokens. */
  providerConfig(id: string, model?: GatedModel): object
  /** The next call, once it came. Calls come in order. */
  next(): Promise<GatedCall>
  /** Calls that nobody has taken by `next`. */
  waiting(): number
  close(): Promise<void>
}

const patienceMs = 20_000
const pollMs = 10

export async function startGatedServer(): Promise<GatedServer> {
  const calls: GatedCall[] = []
  const server = createServer((request, response) => {
    // It has no list of models, and being asked for one is no call of a model.
    if (request.method === 'GET') return void response.writeHead(404).end()
    void bodyOf(request).then((body) => calls.push(callOf(request.url ?? '', body, response)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    providerConfig: (id, model = { model: 'test/gated', price: { input: '1', output: '2' } }) => ({
      kind: 'custom',
      baseUrl: `http://127.0.0.1:${port}/${id}/v1`,
      models: [model],
    }),
    next: async () => {
      const stopAtMs = Date.now() + patienceMs
      for (;;) {
        const call = calls.shift()
        if (call !== undefined) return call
        if (Date.now() > stopAtMs)
          throw new Error(`Waited ${patienceMs / 1000} s in vain until the provider was called.`)
        await pause(pollMs)
      }
    },
    waiting: () => calls.length,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function callOf(url: string, body: string, response: ServerResponse): GatedCall {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.flushHeaders()
  const event = (data: object) =>
    response.write(`data: ${JSON.stringify({ object: 'chat.completion.chunk', ...data })}\n\n`)
  return {
    provider: url.split('/')[1] ?? '',
    prompt: body,
    say: (content) => event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
    finish: (reason = 'stop', tokens = { input: 1200, output: 34 }) => {
      event({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })
      const { input, output } = tokens
      event({ choices: [], usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output } })
      response.end('data: [DONE]\n\n')
    },
    cut: () => response.destroy(),
    refuse: () => {
      event({ error: { message: 'gated refuses', type: 'invalid_request_error', code: null } })
      response.end()
    },
    isClosed: () => response.destroyed,
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  return body
}
