import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utf8Bytes } from '../../../../daemon/core/quota/utf8Bytes.ts'

test('counts the bytes that an encoder writes', () => {
  const encoder = new TextEncoder()
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(utf8Bytes(text), encoder.encode(text).length)
    }),
  )
  assert.equal(utf8Bytes('aé€😀'), 1 + 2 + 3 + 4)
})
