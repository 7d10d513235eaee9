import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { boundFor, inputBound } from '../../../../daemon/core/quota/bound.ts'
import { priceUsage } from '../../../../daemon/core/quota/price.ts'
import type { ChatRequest } from '../../../../shared/domain/chatRequest.ts'
import type { RateRow, RateTier } from '../../../../shared/domain/money.ts'
import type { Usage } from '../../../../shared/domain/usage.ts'
import { endpoint } from '../../../support/endpoints.ts'

const hello: ChatRequest = { messages: [{ role: 'user', content: 'hello' }], parameters: {} }
const image = { type: 'image' as const, mediaType: 'image/png', base64: 'x' }

test('the input is bounded by the bytes of the body, 16 for each message and 1,000 for tools or a schema', () => {
  assert.deepEqual(inputBound('{"é"}', hello, 'openai-chat'), { tokens: 6 + 16, imageCount: 0 })
  const two = { ...hello, messages: [...hello.messages, ...hello.messages] }
  assert.equal(inputBound('{}', two, 'openai-chat').tokens, 2 + 32)
  const tools = [{ name: 'f', parameters: {} }]
  assert.equal(inputBound('{}', { ...hello, tools }, 'openai-chat').tokens, 2 + 16 + 1_000)
  assert.equal(inputBound('{}', { ...hello, tools: [] }, 'openai-chat').tokens, 2 + 16)
  const schema = { responseFormat: { type: 'json-schema' as const, name: 'x', schema: {} } }
  assert.equal(inputBound('{}', { ...hello, parameters: schema }, 'openai-chat').tokens, 2 + 16 + 1_000)
})

for (const { dialect, atLeast, because } of [
  { dialect: 'openai-chat', atLeast: 2_833 + 8 * 5_667, because: 'gpt-4o-mini: eight tiles' },
  { dialect: 'openai-chat', atLeast: 30_000 * 1.2, because: 'GPT-6: 30,000 patches' },
  { dialect: 'anthropic-messages', atLeast: 4_784, because: 'Claude 4.7 and later' },
  { dialect: 'gemini-generate', atLeast: 256 + 2_048, because: 'Gemini 2.5: pan and scan' },
] as const) {
  test(`an image counts at least what the provider counts at most (${because})`, () => {
    const request = { ...hello, messages: [{ role: 'user' as const, content: [image, image] }] }
    const { tokens, imageCount } = inputBound('', request, dialect)
    assert.equal(imageCount, 2)
    assert.ok((tokens - 16) / 2 >= atLeast)
  })
}

const price = fc.integer({ min: 0, max: 20_000_000_000 })
const tokenRates = fc.record(
  {
    inputNanodollarsPerMillionTokens: price,
    outputNanodollarsPerMillionTokens: price,
    cachedInputNanodollarsPerMillionTokens: price,
    cacheWriteNanodollarsPerMillionTokens: price,
    cacheWrite1hNanodollarsPerMillionTokens: price,
    reasoningNanodollarsPerMillionTokens: price,
  },
  { requiredKeys: ['inputNanodollarsPerMillionTokens', 'outputNanodollarsPerMillionTokens'] },
)
const tiers: fc.Arbitrary<readonly RateTier[]> = fc
  .uniqueArray(fc.integer({ min: 0, max: 400_000 }), { maxLength: 3 })
  .chain((above) =>
    fc
      .tuple(
        ...above
          .sort((a, b) => a - b)
          .map((aboveInputTokens) => tokenRates.map((row) => ({ aboveInputTokens, ...row }))),
      )
      .map((rows): readonly RateTier[] => rows),
  )
const rates: fc.Arbitrary<RateRow> = fc
  .record(
    { tiers, nanodollarsPerRequest: price, nanodollarsPerImage: price, source: fc.constant('test') },
    { requiredKeys: ['source'] },
  )
  .chain((extras) => tokenRates.map((row) => ({ ...row, ...extras })))
const bodies = fc.nat(300_000).map((length) => 'x'.repeat(length))
const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 })
const requests: fc.Arbitrary<ChatRequest> = fc.tuple(fc.nat(3), fc.nat(3)).map(([texts, images]) => ({
  messages: [
    ...Array.from({ length: texts }, () => ({ role: 'user' as const, content: 'x' })),
    ...Array.from({ length: images }, () => ({ role: 'user' as const, content: [image] })),
  ],
  parameters: {},
}))

/** Any split of any counts within these. */
function usageWithin(inputTokens: number, outputTokens: number, share: readonly number[]): Usage {
  const part = (tokens: number, at: number) => Math.floor(tokens * (share[at] ?? 0))
  const input = part(inputTokens, 0)
  const cached = part(input, 1)
  const written = part(input - cached, 2)
  const output = part(outputTokens, 4)
  return {
    inputTokens: input,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    cacheWrite1hTokens: part(written, 3),
    outputTokens: output,
    reasoningTokens: part(output, 5),
  }
}

test('property: nothing that may be billed within the bound costs more: any split, any tier, any price', () => {
  fc.assert(
    fc.property(rates, bodies, requests, fc.nat(100_000), shares, (row, body, request, limit, share) => {
      const one = endpoint('a/x@one', { rates: row })
      const input = inputBound(body, request, 'openai-chat')
      const bound = boundFor(input, one, limit)
      const cost = priceUsage(usageWithin(input.tokens, limit, share), one, input.imageCount)
      assert.ok(cost.kind === 'measured' && bound.money.kind === 'measured')
      assert.ok(cost.nanodollars <= bound.money.nanodollars)
    }),
    { numRuns: 1_000 },
  )
})

test('property: a lower output limit bounds no more, so that it can be lowered until it fits', () => {
  fc.assert(
    fc.property(rates, fc.nat(1_000_000), fc.nat(1_000_000), (row, one, other) => {
      const at = endpoint('a/x@one', { rates: row })
      const input = inputBound('x'.repeat(500), hello, 'openai-chat')
      const [low, high] = [Math.min(one, other), Math.max(one, other)].map((limit) => boundFor(input, at, limit))
      assert.ok(low?.money.kind === 'measured' && high?.money.kind === 'measured')
      assert.ok(low.money.nanodollars <= high.money.nanodollars)
      assert.equal(low.inputTokens, high.inputTokens)
    }),
  )
})

test('without a price the bound is unknown', () => {
  const input = inputBound('{}', hello, 'openai-chat')
  assert.equal(boundFor(input, endpoint('a/x@one'), 10).money.kind, 'unknown')
})
