/**
 * A provider that a test plays itself: a real HTTP server on the loopback that speaks the wire of `openai-chat`. Each call
 * goes to the test's own function, which answers as it likes.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { waitFor } from './waitFor.ts'

export type ProviderCall = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly bodyText: string
  /** The connection or the answer is over. */
  readonly isClosed: () => boolean
  /** Waits for that; answers the moment it came, as `performance.now()` counts. */
  readonly untilClosed: () => Promise<number>
}

export type LoopbackProvider = {
  readonly baseUrl: string
  /** All calls so far, oldest first. */
  readonly calls: readonly ProviderCall[]
}

export async function startProvider(
  t: TestContext,
  onCall: (call: ProviderCall) => void | Promise<void>,
  onList: (request: IncomingMessage, response: ServerResponse) => void = hasNoList,
): Promise<LoopbackProvider> {
  const calls: ProviderCall[] = []
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined)
    let closedAtMs: number | undefined
    response.once('close', () => {
      closedAtMs = performance.now()
    })
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const bodyText = Buffer.concat(chunks).toString('utf8')
    const isClosed = () => closedAtMs !== undefined
    const untilClosed = () => waitFor('the upstream connection to close', () => closedAtMs)
    // The daemon asks for the list of models when it likes, and that is no call of a model.
    if (request.method === 'GET') return onList(request, response)
    const call = { request, response, bodyText, isClosed, untilClosed }
    calls.push(call)
    await onCall(call)
  }
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, calls }
}

function hasNoList(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404).end()
}

export function frameOfText(content: string): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`
}

export const frameOfFinish = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n`
export const frameOfUsage = `data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17}}\n\n`
export const frameOfDone = 'data: [DONE]\n\n'

export function openStream(call: ProviderCall): void {
  call.response.writeHead(200, { 'content-type': 'text/event-stream' })
  call.response.flushHeaders()
}

/** What follows the last text of an answer that ends well. */
export function endStream(call: ProviderCall): void {
  call.response.end(frameOfFinish + frameOfUsage + frameOfDone)
}

/** A whole answer, one frame a text. */
export function answerWith(call: ProviderCall, texts: readonly string[]): void {
  openStream(call)
  for (const text of texts) call.response.write(frameOfText(text))
  endStream(call)
}

/** A text, then silence. */
export function beginWith(call: ProviderCall, text: string): void {
  openStream(call)
  call.response.write(frameOfText(text))
}

/** The user's words in a call, as the prompt `ask` or a plain message sends them. */
export function wordsIn(call: ProviderCall): string {
  const body = JSON.parse(call.bodyText) as { readonly messages: readonly { readonly content: string }[] }
  return body.messages.at(-1)?.content ?? ''
}

export type ProviderPlace = { readonly baseUrl: string; readonly keyEnvironmentName?: string }

/** A configuration with one model `test/NAME` for each provider, and the profile `work` that tries them in order. */
export function configOf(providers: Readonly<Record<string, ProviderPlace>>, profile: object = {}): object {
  const entries = Object.entries(providers).map(([name, { baseUrl, keyEnvironmentName }]) => [
    name,
    {
      kind: 'custom',
      baseUrl,
      ...(keyEnvironmentName !== undefined && { key: `\${env:${keyEnvironmentName}}` }),
      models: [{ model: `test/${name}`, price: { input: '1', output: '2' } }],
    },
  ])
  const models = Object.keys(providers).map((name) => `test/${name}`)
  return {
    schema: 1,
    providers: Object.fromEntries(entries),
    profiles: { work: { models, ...profile } },
    defaultProfile: 'work',
  }
}
