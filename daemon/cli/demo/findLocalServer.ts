/**
 * Looks for a model server on this machine: one GET to each known address, answered in the known shape within a short
 * time, or it is none. No code is sent. Ollama: docs/api.md, "List Local Models"; others: OpenAI's "List models".
 */
import { get } from 'node:http'
import * as z from 'zod'
import type { LocalServer } from './destination.ts'

export type KnownAddress = {
  readonly origin: string
  readonly shape: 'ollama-tags' | 'openai-models'
}

/** Ollama's port, and that of LM Studio. Whoever else answers there may be no server that runs models itself. */
export const knownAddresses: readonly KnownAddress[] = [
  { origin: 'http://127.0.0.1:11434', shape: 'ollama-tags' },
  { origin: 'http://127.0.0.1:1234', shape: 'openai-models' },
]

export async function findLocalServer(
  addresses: readonly KnownAddress[],
  signal: AbortSignal,
): Promise<LocalServer | undefined> {
  const found = await Promise.all(addresses.map((address) => lookAt(address, signal)))
  return found.find((server) => server !== undefined)
}

const tagsSchema = z.object({ models: z.array(z.object({ name: z.string() })) })
const modelsSchema = z.object({ object: z.literal('list'), data: z.array(z.object({ id: z.string() })) })

async function lookAt({ origin, shape }: KnownAddress, signal: AbortSignal): Promise<LocalServer | undefined> {
  const path = shape === 'ollama-tags' ? '/api/tags' : '/v1/models'
  const answer = await getJson(new URL(path, origin), signal)
  const model = namesOf(answer, shape).find((name) => !/embed|minilm|rerank/i.test(name))
  if (model === undefined) return undefined
  return { kind: shape === 'ollama-tags' ? 'ollama' : 'lmstudio', baseUrl: `${origin}/v1`, model }
}

function namesOf(answer: unknown, shape: KnownAddress['shape']): readonly string[] {
  switch (shape) {
    case 'ollama-tags':
      return tagsSchema.safeParse(answer).data?.models.map(({ name }) => name) ?? []
    case 'openai-models':
      return modelsSchema.safeParse(answer).data?.data.map(({ id }) => id) ?? []
  }
}

const longestMs = 500
const mostCharacters = 1_000_000

/** Undefined for everything but a 200 with JSON. */
function getJson(url: URL, signal: AbortSignal): Promise<unknown> {
  return new Promise((settle) => {
    const request = get(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(longestMs)]) }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > mostCharacters) request.destroy()
      })
      response.on('end', () => settle(response.statusCode === 200 ? parsedOf(text) : undefined))
      response.on('error', () => settle(undefined))
      response.on('close', () => settle(undefined))
    })
    request.on('error', () => settle(undefined))
  })
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
