/** The same bytes through another decoder of this dialect: `@ai-sdk/google`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import type { WireEvent } from '../../../../daemon/core/wire/wireEvent.ts'
import { geminiEventsOf, geminiFixtureNames } from './geminiFixtures.ts'
import { fixtureBytes, reasoningOf, textOf } from './wireFixtures.ts'

type Said = {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly { readonly name: string; readonly argumentsText: string; readonly signature: unknown }[]
  readonly finish: string
  readonly inputTokens: number | undefined
  readonly cachedInputTokens: number
  readonly outputTokens: number | undefined
  readonly reasoningTokens: number
}

for (const name of geminiFixtureNames) {
  test(`${name} says to us what it says to the AI SDK`, async () => {
    const bytes = fixtureBytes(name)
    assert.deepEqual(saidByEvents(geminiEventsOf(bytes)), await saidByOracle(bytes))
  })
}

/** Ids are each one's own where the wire gives none. The AI SDK counts cached and reasoning tokens that were not named as 0. */
function saidByEvents(events: readonly WireEvent[]): Said {
  const usage = events.flatMap((event) => (event.type === 'usage' ? [event.usage] : [])).at(-1) ?? {}
  return {
    text: textOf(events),
    reasoning: reasoningOf(events),
    calls: events.flatMap((event) =>
      event.type === 'tool-call'
        ? [{ name: event.name ?? '', argumentsText: event.argumentsText, signature: event.seal?.signature }]
        : [],
    ),
    finish: events.flatMap((event) => (event.type === 'done' ? [event.finishReason] : [])).join(),
    inputTokens: usage.inputTokens,
    cachedInputTokens: usage.cachedInputTokens ?? 0,
    outputTokens: usage.outputTokens,
    reasoningTokens: usage.reasoningTokens ?? 0,
  }
}

async function saidByOracle(bytes: Uint8Array): Promise<Said> {
  const provider = createGoogleGenerativeAI({
    apiKey: 'none',
    baseURL: 'http://oracle.invalid/v1beta',
    fetch: async () => new Response(bytes.slice(), { headers: { 'content-type': 'text/event-stream' } }),
  })
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] }]
  const { stream } = await provider('gemini-3-flash-preview').doStream({ prompt })
  const parts = []
  for await (const part of stream) parts.push(part)
  const finish = parts.find((part) => part.type === 'finish')
  assert.ok(finish?.type === 'finish')
  return {
    text: parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join(''),
    reasoning: parts.map((part) => (part.type === 'reasoning-delta' ? part.delta : '')).join(''),
    calls: parts.flatMap((part) =>
      part.type === 'tool-call'
        ? [
            {
              name: part.toolName,
              argumentsText: part.input,
              signature: part.providerMetadata?.google?.thoughtSignature,
            },
          ]
        : [],
    ),
    finish: finish.finishReason.unified,
    inputTokens: finish.usage.inputTokens.total,
    cachedInputTokens: finish.usage.inputTokens.cacheRead ?? 0,
    outputTokens: finish.usage.outputTokens.total,
    reasoningTokens: finish.usage.outputTokens.reasoning ?? 0,
  }
}
