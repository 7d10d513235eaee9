// A call is encoded once where it is text alone, and its bound is of the bytes that leave, whatever the dialect.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utf8Bytes } from '../../../daemon/core/quota/utf8Bytes.ts'
import { wireOf } from '../../../daemon/core/wire/wires.ts'
import { boundedCallOf } from '../../../daemon/gateway/boundedCall.ts'
import type { Upstream } from '../../../daemon/gateway/ports.ts'
import type { ChatMessage, ChatRequest } from '../../../shared/domain/chatRequest.ts'
import { dialects } from '../../../shared/domain/dialect.ts'
import { endpoint } from '../../support/endpoints.ts'

function countingUpstream(): Pick<Upstream, 'encode'> & { readonly encoded: () => number } {
  let encoded = 0
  return {
    encoded: () => encoded,
    encode: ({ endpoint: at, request }) => {
      encoded += 1
      const quirks = { maxTokensParameter: 'max_tokens' } as const
      return wireOf(at.dialect).encode(request, { model: at.upstreamModel, quirks })
    },
  }
}

function at(dialect: (typeof dialects)[number], model = 'claude-opus-4-5') {
  return endpoint('a/x@one', { dialect, upstreamModel: model })
}

const messages: fc.Arbitrary<readonly ChatMessage[]> = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary' }).map((content): ChatMessage => ({ role: 'user', content })),
    fc.string({ unit: 'binary' }).map((content): ChatMessage => ({ role: 'assistant', content })),
    fc.string({ unit: 'binary' }).map((content): ChatMessage => ({ role: 'system', content })),
    fc.base64String().map(
      (base64): ChatMessage => ({
        role: 'user',
        // The same characters as text are text.
        content: [
          { type: 'image', mediaType: 'image/png', base64 },
          { type: 'text', text: base64 },
        ],
      }),
    ),
  ),
  { minLength: 1, maxLength: 5 },
)

for (const dialect of dialects) {
  test(`property: ${dialect}: the bytes that leave are those that were counted, and the base64 in them`, () => {
    fc.assert(
      fc.property(messages, (said) => {
        const request: ChatRequest = { messages: said, parameters: { maxOutputTokens: 2_000 } }
        const upstream = countingUpstream()
        const { input, under } = boundedCallOf(upstream, request, at(dialect))
        const sent = under(2_000)
        const body = sent.bodyText ?? upstream.encode({ endpoint: at(dialect), request: sent.request })
        const images = said.flatMap(({ content }) => (typeof content === 'string' ? [] : content))
        const base64Bytes = images.reduce((sum, part) => sum + (part.type === 'image' ? part.base64.length : 0), 0)
        const perImage = input.imageCount === 0 ? 0 : perImageOf(dialect) * input.imageCount
        assert.equal(input.tokens - said.length * 16 - perImage + base64Bytes, utf8Bytes(body))
      }),
    )
  })

  test(`property: ${dialect}: under a lower limit no more bytes leave, whatever else is asked for`, () => {
    const models = fc.constantFrom(
      'claude-opus-4-5',
      'claude-opus-5-5',
      'claude-3-haiku',
      'gemini-3-pro',
      'gemini-2.5-flash',
    )
    const efforts = fc.constantFrom('none', 'minimal', 'low', 'medium', 'high')
    fc.assert(
      fc.property(
        messages,
        models,
        efforts,
        fc.integer({ min: 1, max: 9_000 }),
        (said, model, reasoningEffort, limit) => {
          const request: ChatRequest = { messages: said, parameters: { maxOutputTokens: 9_000, reasoningEffort } }
          const upstream = countingUpstream()
          const whole = upstream.encode({ endpoint: at(dialect, model), request })
          const { under } = boundedCallOf(upstream, request, at(dialect, model))
          const sent = under(limit)
          const body = sent.bodyText ?? upstream.encode({ endpoint: at(dialect, model), request: sent.request })
          assert.ok(utf8Bytes(body) <= utf8Bytes(whole))
          assert.equal(sent.request.parameters.maxOutputTokens, limit)
        },
      ),
    )
  })
}

test('text alone is encoded once and handed on, under its own limit only; with an image the text alone is', () => {
  const upstream = countingUpstream()
  const request: ChatRequest = { messages: [{ role: 'user', content: 'why?' }], parameters: { maxOutputTokens: 500 } }
  const call = boundedCallOf(upstream, request, at('openai-chat'))
  assert.equal(JSON.parse(call.under(500).bodyText ?? '').max_tokens, 500)
  assert.equal(call.under(300).bodyText, undefined)
  assert.equal(upstream.encoded(), 1)
  const image = { type: 'image' as const, mediaType: 'image/png', base64: 'x'.repeat(1_000_000) }
  const seen: ChatRequest = { ...request, messages: [{ role: 'user', content: [image] }] }
  const encode: Upstream['encode'] = (given) => {
    const body = upstream.encode(given)
    assert.ok(body.length < 1_000)
    return body
  }
  const withImage = boundedCallOf({ encode }, seen, at('openai-chat')).under(500)
  assert.equal(withImage.bodyText, undefined)
  assert.equal(withImage.request, seen)
})

function perImageOf(dialect: (typeof dialects)[number]): number {
  const none = boundedCallOf(
    countingUpstream(),
    { messages: [{ role: 'user', content: [] }], parameters: {} },
    at(dialect),
  )
  const upstream = { encode: () => '' }
  const image = { type: 'image' as const, mediaType: 'x', base64: '' }
  const one = boundedCallOf(upstream, { messages: [{ role: 'user', content: [image] }], parameters: {} }, at(dialect))
  assert.equal(none.input.imageCount, 0)
  return one.input.tokens - 16
}
