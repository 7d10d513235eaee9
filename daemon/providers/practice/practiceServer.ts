/**
 * One practice provider: an HTTP server on a private socket that speaks the `openai-chat` wire (POST
 * /v1/chat/completions, GET /v1/models) and plays its fault script: step by step, the last step stays in force. No model
 * is asked, and no TCP port is opened.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { PracticeStep } from '../../../shared/domain/practice.ts'
import { completionOf, errorBodyOf } from './completion.ts'
import { playStep, sendJson } from './playStep.ts'
import { practiceAnswerOf } from './practiceAnswer.ts'
import { decodePracticeRequest } from './practiceRequest.ts'

export type PracticeSpec = {
  /** What GET /v1/models lists. */
  readonly models: readonly string[]
  /** Empty: it always answers. */
  readonly script: readonly PracticeStep[]
}

export type PracticeServer = {
  /** Closes all connections and the socket. */
  readonly dispose: () => Promise<void>
}

export type PracticeServerOptions = {
  /** Path of a Unix socket in a private folder, or a Windows pipe. */
  readonly socketPath: string
  /** Asked for each request, so that a changed script counts at once. */
  readonly spec: () => PracticeSpec
  /** Unix milliseconds. */
  readonly wallMs: () => number
}

/** Rejects with the system's error if the socket cannot be made. */
export async function startPracticeServer(options: PracticeServerOptions): Promise<PracticeServer> {
  const ending = new AbortController()
  let requestCount = 0
  const server = createServer((request, response) => {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const signal = AbortSignal.any([gone.signal, ending.signal])
    answer(options, () => requestCount++, { request, response, signal }).catch((error: unknown) => {
      if (!signal.aborted) response.destroy(error instanceof Error ? error : undefined)
    })
  })
  await listen(server, options.socketPath)
  return {
    dispose: async () => {
      ending.abort()
      // Node unlinks the socket that it bound.
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly signal: AbortSignal
}

async function answer(options: PracticeServerOptions, nextNumber: () => number, exchange: Exchange): Promise<void> {
  const { request, response, signal } = exchange
  const route = `${request.method} ${request.url}`
  if (route === 'GET /v1/models') return sendJson(response, 200, modelsBodyOf(options.spec().models))
  if (route !== 'POST /v1/chat/completions') return sendJson(response, 404, errorBodyOf(unknownRoute))
  const bodyText = await readBody(request)
  if (bodyText === undefined) return sendJson(response, 413, errorBodyOf(tooLarge))
  const decoded = decodePracticeRequest(bodyText)
  if (decoded === undefined) return sendJson(response, 400, errorBodyOf(invalidRequest))
  const completion = completionOf(decoded, practiceAnswerOf(decoded.messages), {
    id: `chatcmpl-practice-${randomUUID()}`,
    createdSeconds: Math.floor(options.wallMs() / 1000),
  })
  const step = stepOf(options.spec().script, nextNumber())
  await playStep({ step, completion, isStream: decoded.isStream, response }, signal)
}

function stepOf(script: readonly PracticeStep[], number: number): PracticeStep {
  return script[Math.min(number, script.length - 1)] ?? { play: 'answer' }
}

function modelsBodyOf(models: readonly string[]): object {
  return {
    object: 'list',
    data: models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'waybill-practice' })),
  }
}

const maxBodyBytes = 64 * 1024 * 1024

/** undefined when it is larger than any provider takes. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function listen(server: Server, socketPath: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

const unknownRoute = { message: 'Unknown request URL (practice).', type: 'invalid_request_error', code: 'unknown_url' }
const tooLarge = { message: 'Request too large (practice).', type: 'invalid_request_error', code: null }
const invalidRequest = {
  message: 'We could not parse the JSON body of your request (practice).',
  type: 'invalid_request_error',
  code: null,
}
