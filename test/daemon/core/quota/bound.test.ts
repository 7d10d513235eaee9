import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { boundOf, inputBoundTokens } from '../../../../daemon/core/quota/bound.ts'
import { priceUsage } from '../../../../daemon/core/quota/price.ts'
import { endpoint } from '../../../support/endpoints.ts'

const encoder = new TextEncoder()

test('text counts its bytes of UTF-8, and 16 for each message', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // The encoder replaces lone surrogates by three bytes; ours counts each half as two or more.
      const bytes = encoder.encode(text).length
      const tokens = inputBoundTokens({ messages: [{ role: 'user', content: text }] })
      if (/\p{Surrogate}/u.test(text)) return
      assert.equal(tokens, bytes + 16)
    }),
  )
})

test('images and tools count what providers may add for them', () => {
  const image = { type: 'image' as const, mediaType: 'image/png', base64: 'x'.repeat(1_000_000) }
  assert.equal(inputBoundTokens({ messages: [{ role: 'user', content: [image] }] }), 6_016)
  const tools = [{ name: 'f', parameters: {} }]
  assert.equal(inputBoundTokens({ messages: [], tools }), 1_000 + JSON.stringify(tools).length)
})

test('no usage within the bound costs more than the bound, whatever is cached, written or reasoned', () => {
  const price = fc.integer({ min: 0, max: 20_000_000_000 })
  fc.assert(
    fc.property(
      price,
      price,
      price,
      price,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (input, output, written, reasoning, share) => {
        const rates = {
          inputNanodollarsPerMillionTokens: input,
          outputNanodollarsPerMillionTokens: output,
          cacheWriteNanodollarsPerMillionTokens: written,
          reasoningNanodollarsPerMillionTokens: reasoning,
          source: 'test',
        }
        const one = endpoint('a/x@one', { rates })
        const bound = boundOf({ messages: [{ role: 'user', content: 'x'.repeat(500) }], parameters: {} }, one, 300)
        const usage = {
          inputTokens: 516,
          cacheWriteTokens: Math.floor(516 * share),
          outputTokens: 300,
          reasoningTokens: Math.floor(300 * share),
        }
        const cost = priceUsage(usage, one)
        assert.ok(cost.kind === 'measured' && bound.money.kind === 'measured')
        assert.ok(cost.nanodollars <= bound.money.nanodollars)
      },
    ),
  )
})

test('without a price the bound is unknown', () => {
  assert.equal(boundOf({ messages: [], parameters: {} }, endpoint('a/x@one'), 10).money.kind, 'unknown')
})
