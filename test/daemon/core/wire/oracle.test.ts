/** The same bytes through another decoder of this dialect: `@ai-sdk/openai-compatible`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { WireEvent } from '../../../../daemon/core/wire/wireEvent.ts'
import { eventsOfBytes, fixtureBytes, fixtureNames, reasoningOf, textOf } from './wireFixtures.ts'

type Said = {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly { readonly id: string; readonly name: string; readonly argumentsText: string }[]
  readonly finish: string
  readonly inputTokens: number | undefined
  readonly cachedInputTokens: number
  readonly outputTokens: number | undefined
  readonly reasoningTokens: number
}

for (const name of fixtureNames) {
  test(`${name} says to us what it says to the AI SDK`, async () => {
    const bytes = fixtureBytes(name)
    assert.deepEqual(saidByEvents(eventsOfBytes(bytes)), await saidByOracle(bytes))
  })
}

/** The AI SDK counts cached and reasoning tokens that were not named as 0. */
function saidByEvents(events: readonly WireEvent[]): Said {
  const calls = new Map<number, { id: string; name: string; argumentsText: string }>()
  for (const event of events) {
    if (event.type !== 'tool-call') continue
    const call = calls.get(event.index) ?? { id: '', name: '', argumentsText: '' }
    calls.set(event.index, {
      id: event.id ?? call.id,
      name: event.name ?? call.name,
      argumentsText: call.argumentsText + event.argumentsText,
    })
  }
  const usage = events.flatMap((event) => (event.type === 'usage' ? [event.usage] : [])).at(-1) ?? {}
  return {
    text: textOf(events),
    reasoning: reasoningOf(events),
    calls: [...calls.values()],
    finish: events.flatMap((event) => (event.type === 'done' ? [event.finishReason] : [])).join(),
    inputTokens: usage.inputTokens,
    cachedInputTokens: usage.cachedInputTokens ?? 0,
    outputTokens: usage.outputTokens,
    reasoningTokens: usage.reasoningTokens ?? 0,
  }
}

async function saidByOracle(bytes: Uint8Array): Promise<Said> {
  const provider = createOpenAICompatible({
    name: 'oracle',
    baseURL: 'http://oracle.invalid/v1',
    includeUsage: true,
    fetch: async () => new Response(bytes.slice(), { headers: { 'content-type': 'text/event-stream' } }),
  })
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] }]
  const { stream } = await provider.chatModel('any').doStream({ prompt })
  const parts = []
  for await (const part of stream) parts.push(part)
  const finish = parts.find((part) => part.type === 'finish')
  assert.ok(finish?.type === 'finish')
  return {
    text: parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join(''),
    reasoning: parts.map((part) => (part.type === 'reasoning-delta' ? part.delta : '')).join(''),
    calls: parts.flatMap((part) =>
      part.type === 'tool-call' ? [{ id: part.toolCallId, name: part.toolName, argumentsText: part.input }] : [],
    ),
    finish: finish.finishReason.unified,
    inputTokens: finish.usage.inputTokens.total,
    cachedInputTokens: finish.usage.inputTokens.cacheRead ?? 0,
    outputTokens: finish.usage.outputTokens.total,
    reasoningTokens: finish.usage.outputTokens.reasoning ?? 0,
  }
}
