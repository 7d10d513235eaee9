import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { longNameOf, shortNameOf } from '../../../../daemon/core/journal/shortNames.ts'

test('any name comes back, also one that looks like a short form', () => {
  const names = fc.oneof(
    fc.string(),
    fc.constantFrom('requestId', 'i', 't', 'type', '$', '$i', 'K', 'a/x@one', 'constructor'),
  )
  fc.assert(fc.property(names, (name) => assert.equal(longNameOf(shortNameOf(name)), name)))
})

test('no two names share a short form, and the forms that files hold stay as they are', () => {
  const names = ['type', 'atMs', 'requestId', 'endpoint', 'record', 'waybill', 'nanodollars', 'inputTokens', 'plan']
  assert.deepEqual(names.map(shortNameOf), ['t', 'a', 'i', 'e', 'z', 'W', 'd', 'I', 'P'])
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      assert.equal(shortNameOf(one) === shortNameOf(other), one === other)
    }),
  )
})
