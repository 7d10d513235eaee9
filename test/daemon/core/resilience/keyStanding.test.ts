import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  freshKey,
  type KeyStanding,
  keyUseOf,
  onKeyCall,
  onKeyCallEnd,
} from '../../../../daemon/core/resilience/keyStanding.ts'
import type { Failure } from '../../../../shared/domain/failure.ts'
import { endpoint } from '../../../support/endpoints.ts'

const one = endpoint('a/x@p').id
const two = endpoint('a/y@p').id

function failedWith(key: KeyStanding, failure: Omit<Failure, 'message'>, atMs: number, token = 't'): KeyStanding {
  return onKeyCallEnd(key, { token, endpoint: one, outcome: 'failed', failure: { message: '', ...failure } }, atMs)
}

const useAt = (key: KeyStanding, ms: number, id = one) => keyUseOf(key, id, { ms })

test('a rate limit is waited for: Retry-After, else 2 s doubling to 60 s; a success starts anew', () => {
  assert.deepEqual(useAt(failedWith(freshKey, { kind: 'rate-limited', retryAfterMs: 7_000 }, 100), 7_099), {
    state: 'cooling',
    atMs: 7_100,
  })
  let key = freshKey
  const waits: number[] = []
  for (let atMs = 0; waits.length < 7; atMs = key.readyAtMs) {
    key = failedWith(key, { kind: 'rate-limited' }, atMs)
    waits.push(key.readyAtMs - atMs)
  }
  assert.deepEqual(waits, [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  const well = onKeyCallEnd(key, { token: 't', endpoint: one, outcome: 'succeeded' }, key.readyAtMs)
  assert.equal(failedWith(well, { kind: 'rate-limited' }, 1_000_000).readyAtMs, 1_002_000)
})

test('rate limits of calls that were under way together are one wait', () => {
  const key = failedWith(freshKey, { kind: 'rate-limited' }, 0)
  assert.deepEqual(failedWith(key, { kind: 'rate-limited' }, 10), key)
})

test('401 and 402 take the key out for 10 minutes, then one call may try it', () => {
  for (const failure of [
    { kind: 'bad-credentials', httpStatus: 401 },
    { kind: 'payment-required', httpStatus: 402 },
  ] as const) {
    const out = failedWith(freshKey, failure, 0)
    assert.equal(useAt(out, 599_999, two).state, 'refused')
    assert.equal(useAt(out, 600_000).state, 'ready')
    const tried = onKeyCall(out, { token: 'trial', endpoint: one }, 600_000)
    assert.deepEqual(useAt(tried, 600_001), { state: 'refused', atMs: 600_000, isTried: true })
    assert.equal(useAt(failedWith(tried, failure, 600_002, 'trial'), 1_200_001).state, 'refused')
    const well = onKeyCallEnd(tried, { token: 'trial', endpoint: one, outcome: 'succeeded' }, 600_003)
    assert.deepEqual(useAt(well, 600_004), { state: 'ready' })
    const given = onKeyCallEnd(tried, { token: 'trial', endpoint: one, outcome: 'cancelled' }, 600_003)
    assert.deepEqual(useAt(given, 600_004), { state: 'ready' })
  }
})

test('another value is a fresh key, whatever the old one was told, and the old one’s late calls do not touch it', () => {
  const call = (print: string) => ({ token: 't', endpoint: one, print })
  const end = (failure: Omit<Failure, 'message'>) =>
    ({ outcome: 'failed', failure: { message: '', ...failure } }) as const
  for (const failure of [
    { kind: 'bad-credentials', httpStatus: 401 },
    { kind: 'rate-limited', retryAfterMs: 9_000 },
  ] as const) {
    const called = onKeyCall(freshKey, call('old'), 0)
    const out = onKeyCallEnd(called, { ...call('old'), ...end(failure) }, 100)
    assert.notEqual(keyUseOf(out, one, { ms: 200, print: 'old' }).state, 'ready')
    assert.equal(keyUseOf(out, one, { ms: 200, print: 'new' }).state, 'ready')
    const fresh = onKeyCall(out, call('new'), 300)
    assert.equal(onKeyCallEnd(fresh, { ...call('old'), ...end(failure) }, 400), fresh)
    const well = onKeyCallEnd(fresh, { ...call('new'), outcome: 'succeeded' }, 400)
    assert.equal(keyUseOf(well, one, { ms: 500, print: 'new' }).state, 'ready')
  }
})

test('403 takes the key out for that endpoint only', () => {
  const key = failedWith(freshKey, { kind: 'bad-credentials', httpStatus: 403 }, 0)
  assert.equal(useAt(key, 1).state, 'refused')
  assert.equal(useAt(key, 1, two).state, 'ready')
})

test('property: whatever happens, a key that was told to wait is not ready before that time', () => {
  const event = fc.record({
    afterMs: fc.integer({ min: 0, max: 5_000 }),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 30_000 }), { nil: undefined }),
    what: fc.constantFrom('limit', 'success', 'outage', 'call', 'refusal'),
  })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      let atMs = 0
      let notBeforeMs = 0
      let key = freshKey
      for (const { afterMs, retryAfterMs, what } of events) {
        atMs += afterMs
        const isReady = useAt(key, atMs).state === 'ready'
        assert.ok(!isReady || atMs >= notBeforeMs, `ready at ${atMs}, told ${notBeforeMs}`)
        key = after(key, { what, atMs, retryAfterMs })
        if (what !== 'limit') continue
        notBeforeMs = Math.max(notBeforeMs, atMs + (retryAfterMs ?? (atMs < notBeforeMs ? 0 : 2_000)))
      }
    }),
    { numRuns: 500 },
  )
})

type Step = { readonly what: string; readonly atMs: number; readonly retryAfterMs: number | undefined }

function after(key: KeyStanding, { what, atMs, retryAfterMs }: Step): KeyStanding {
  const call = { token: 't', endpoint: one }
  switch (what) {
    case 'call':
      return onKeyCall(key, call, atMs)
    case 'success':
      return onKeyCallEnd(key, { ...call, outcome: 'succeeded' }, atMs)
    case 'outage':
      return failedWith(key, { kind: 'provider-error' }, atMs)
    case 'refusal':
      return failedWith(key, { kind: 'bad-credentials', httpStatus: 403 }, atMs)
    default:
      return failedWith(key, { kind: 'rate-limited', ...(retryAfterMs !== undefined && { retryAfterMs }) }, atMs)
  }
}
