import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { requestBytes } from '../../../../daemon/core/quota/requestBytes.ts'

const encoder = new TextEncoder()

test('text counts its bytes of UTF-8, and 16 for each message', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(requestBytes({ messages: [{ role: 'user', content: text }] }), encoder.encode(text).length + 16)
    }),
  )
})

test('an image counts the same whatever its size, tools their text and what is added for them', () => {
  const image = { type: 'image' as const, mediaType: 'image/png', base64: 'x'.repeat(1_000_000) }
  assert.equal(requestBytes({ messages: [{ role: 'user', content: [image] }] }), 6_016)
  const tools = [{ name: 'f', parameters: {} }]
  assert.equal(requestBytes({ messages: [], tools }), 1_000 + JSON.stringify(tools).length)
})
