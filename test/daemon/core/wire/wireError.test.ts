import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  failureOfParts,
  isErrorStatus,
  kindOfHttpStatus,
  plainWordOf,
  retryInfoMsOf,
} from '../../../../daemon/core/wire/wireError.ts'

const statuses: readonly (readonly [number, string])[] = [
  [302, 'protocol-violation'],
  [400, 'invalid-request'],
  [401, 'bad-credentials'],
  [402, 'payment-required'],
  [403, 'bad-credentials'],
  [404, 'not-found'],
  [408, 'timeout'],
  [413, 'too-large'],
  [418, 'invalid-request'],
  [429, 'rate-limited'],
  [500, 'provider-error'],
  [503, 'overloaded'],
  [529, 'overloaded'],
]

for (const [httpStatus, kind] of statuses) {
  test(`HTTP ${httpStatus} alone is ${kind}`, () => assert.equal(kindOfHttpStatus(httpStatus), kind))
}

test('only kinds that may wait say how long', () => {
  const parts = { httpStatus: 429, providerCode: undefined, retryAfterMs: 5 }
  assert.equal(failureOfParts({ ...parts, kind: 'rate-limited' }).retryAfterMs, 5)
  assert.equal(failureOfParts({ ...parts, kind: 'overloaded' }).retryAfterMs, 5)
  assert.ok(!('retryAfterMs' in failureOfParts({ ...parts, kind: 'payment-required' })))
  // Now, or a moment that has passed: a provider whose clock is wrong must not be asked again and again.
  assert.ok(!('retryAfterMs' in failureOfParts({ ...parts, kind: 'rate-limited', retryAfterMs: 0 })))
})

test('the message names status and code, and says what to do', () => {
  const failure = failureOfParts({
    kind: 'not-found',
    httpStatus: 404,
    providerCode: 'not_found',
    retryAfterMs: undefined,
  })
  assert.match(failure.message, /^Expected an answer; the provider sent HTTP 404 \(not_found\)\. Check the base URL/)
})

test('a code is a short plain word, or none', () => {
  assert.deepEqual(plainWordOf('INVALID_ARGUMENT'), ['invalid_argument'])
  for (const value of ['two words', 'x'.repeat(49), '', 7, null, undefined]) assert.deepEqual(plainWordOf(value), [])
})

test('statuses of errors are whole numbers from 400 to 599', () => {
  assert.deepEqual([399, 400, 599, 600, 400.5, '400'].map(isErrorStatus), [false, true, true, false, false, false])
})

test('RetryInfo is found among the details', () => {
  assert.equal(retryInfoMsOf([{ violations: [] }, { retryDelay: '34.4s' }]), 34_400)
  assert.equal(retryInfoMsOf([{ retryDelay: 'soon' }]), undefined)
  assert.equal(retryInfoMsOf(undefined), undefined)
})
