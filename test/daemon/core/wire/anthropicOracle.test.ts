/** The same bytes through another decoder of this dialect: `@ai-sdk/anthropic`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAnthropic } from '@ai-sdk/anthropic'
import type { WireEvent } from '../../../../daemon/core/wire/wireEvent.ts'
import { anthropicEventsOf, anthropicFixtureNames } from './anthropicFixtures.ts'
import { saidBy, sealsOf } from './decoding.ts'
import { fixtureBytes } from './wireFixtures.ts'

type Said = {
  readonly text: string
  readonly reasoning: string
  readonly seals: readonly unknown[]
  readonly calls: readonly { readonly id: string; readonly name: string; readonly argumentsText: string }[]
  readonly finish: string
  readonly usage: Readonly<Record<string, number | undefined>> | undefined
}

for (const name of anthropicFixtureNames) {
  test(`${name} says to us what it says to the AI SDK`, async () => {
    const bytes = fixtureBytes(name)
    assert.deepEqual(saidByEvents(anthropicEventsOf(bytes)), await saidByOracle(bytes))
  })
}

/** The AI SDK counts cache tokens that were not named as 0, takes a refusal for a finish, and says no usage of a stream that broke off. */
function saidByEvents(events: readonly WireEvent[]): Said {
  const { text, reasoning, calls, end } = saidBy(events)
  const usage = events.flatMap((event) => (event.type === 'usage' ? [event.usage] : [])).at(-1) ?? {}
  const failure = end === 'failure content-filtered' ? 'content-filter' : 'error'
  return {
    text,
    reasoning,
    seals: sealsOf(events).map((seal) => seal?.signature ?? seal?.redacted),
    calls,
    finish: end.startsWith('done ') ? end.slice('done '.length) : failure,
    usage:
      end === 'failure overloaded'
        ? undefined
        : {
            input: usage.inputTokens,
            cacheRead: usage.cachedInputTokens ?? 0,
            cacheWrite: usage.cacheWriteTokens ?? 0,
            output: usage.outputTokens,
            reasoning: usage.reasoningTokens,
          },
  }
}

async function saidByOracle(bytes: Uint8Array): Promise<Said> {
  const provider = createAnthropic({
    apiKey: 'none',
    baseURL: 'http://oracle.invalid/v1',
    fetch: async () => new Response(bytes.slice(), { headers: { 'content-type': 'text/event-stream' } }),
  })
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] }]
  const { stream } = await provider('claude-sonnet-4-6').doStream({ prompt })
  const parts = []
  for await (const part of stream) parts.push(part)
  const finish = parts.find((part) => part.type === 'finish')
  const hasError = parts.some((part) => part.type === 'error')
  assert.ok(hasError || finish?.type === 'finish')
  const usage = finish?.type === 'finish' ? finish.usage : undefined
  return {
    text: parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join(''),
    reasoning: parts.map((part) => (part.type === 'reasoning-delta' ? part.delta : '')).join(''),
    seals: parts.flatMap((part) => {
      if (part.type !== 'reasoning-delta' && part.type !== 'reasoning-start') return []
      const seal = part.providerMetadata?.anthropic
      return [seal?.signature ?? seal?.redactedData].filter((text) => text !== undefined && text !== '')
    }),
    calls: parts.flatMap((part) =>
      part.type === 'tool-call' ? [{ id: part.toolCallId, name: part.toolName, argumentsText: part.input }] : [],
    ),
    finish: finish?.type === 'finish' ? finish.finishReason.unified : 'error',
    usage: usage && {
      input: usage.inputTokens.total,
      cacheRead: usage.inputTokens.cacheRead,
      cacheWrite: usage.inputTokens.cacheWrite,
      output: usage.outputTokens.total,
      reasoning: usage.outputTokens.reasoning,
    },
  }
}
