import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type NextStepInput, nextStep } from '../../../../daemon/core/resilience/nextStep.ts'
import { type Failure, failureKinds } from '../../../../shared/domain/failure.ts'
import { failureTable } from '../../../../shared/domain/failureTable.ts'
import { endpoint } from '../../../support/endpoints.ts'

const failed = endpoint('a/x@one')
const sameModel = endpoint('a/x@two')
const sameProvider = endpoint('b/y@one')
const other = endpoint('b/y@three')

function step(kind: Failure['kind'], more: Partial<NextStepInput> = {}) {
  return nextStep({
    failure: { kind, message: '' },
    candidates: [failed, sameModel, sameProvider, other],
    attemptsOnEndpoint: 1,
    hasOtherKey: false,
    canWait: false,
    hasDrawnText: false,
    canRewind: false,
    dice: 0,
    ...more,
  })
}

test('an outage moves on to the next candidate', () => {
  for (const kind of ['provider-error', 'overloaded', 'unreachable', 'timeout', 'rate-limited', 'truncated'] as const) {
    assert.deepEqual(step(kind), {
      kind: 'fallback',
      candidates: [sameModel, sameProvider, other],
      because: 'next-endpoint',
    })
  }
})

test('a context that is too long moves on to the next model', () => {
  assert.deepEqual(step('context-too-long'), {
    kind: 'fallback',
    candidates: [sameProvider, other],
    because: 'next-model',
  })
})

test('a refused key takes out the provider', () => {
  assert.deepEqual(step('bad-credentials'), {
    kind: 'fallback',
    candidates: [sameModel, other],
    because: 'next-endpoint',
  })
})

test('an outage of the last candidate is tried once more, with jitter from 100 to 250 ms', () => {
  const alone = { candidates: [failed] }
  assert.deepEqual(step('provider-error', { ...alone, dice: 0 }), {
    kind: 'retry',
    delayMs: 100,
    because: 'nobody-else',
  })
  assert.deepEqual(step('provider-error', { ...alone, dice: 2 ** 31 }), {
    kind: 'retry',
    delayMs: 175,
    because: 'nobody-else',
  })
  assert.deepEqual(step('provider-error', { ...alone, attemptsOnEndpoint: 2 }), {
    kind: 'stop',
    because: 'nobody-else',
  })
})

test('a rate limit of the last candidate is not tried again', () => {
  assert.deepEqual(step('rate-limited', { candidates: [failed] }), { kind: 'stop', because: 'nobody-else' })
})

test("the caller's own mistakes and a total timeout stop at once", () => {
  for (const kind of failureKinds.filter((one) => failureTable[one].advice === 'stop')) {
    assert.deepEqual(step(kind), { kind: 'stop', because: 'final' })
  }
  assert.deepEqual(step('timeout', { failure: { kind: 'timeout', phase: 'total', message: '' } }), {
    kind: 'stop',
    because: 'out-of-time',
  })
})

test('after the first text only a caller that can rewind is moved on', () => {
  assert.deepEqual(step('truncated', { hasDrawnText: true }), { kind: 'stop', because: 'text-drawn' })
  assert.equal(step('truncated', { hasDrawnText: true, canRewind: true }).kind, 'fallback')
})

test('a request ends after at most two attempts on each candidate, whatever fails', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...failureKinds), { minLength: 20, maxLength: 20 }), (kinds) => {
      let candidates: NextStepInput['candidates'] = [failed, sameModel, sameProvider, other]
      let attemptsOnEndpoint = 1
      let attempts = 0
      for (const kind of kinds) {
        attempts += 1
        const next = step(kind, { candidates, attemptsOnEndpoint, canRewind: true })
        if (next.kind === 'stop') break
        if (next.kind === 'retry') attemptsOnEndpoint += 1
        else {
          assert.ok(next.candidates.length < candidates.length)
          candidates = next.candidates
          attemptsOnEndpoint = 1
        }
      }
      assert.ok(attempts <= 5)
    }),
  )
})

test("a key's failure goes to the provider's next key before the next endpoint, other failures do not", () => {
  for (const kind of ['bad-credentials', 'payment-required', 'rate-limited'] as const) {
    assert.deepEqual(step(kind, { hasOtherKey: true }), { kind: 'retry', delayMs: 0, because: 'next-key' })
  }
  assert.equal(step('provider-error', { hasOtherKey: true }).because, 'next-endpoint')
})

test('a permission that is lacking takes out the endpoint, not the provider', () => {
  const failure: Failure = { kind: 'bad-credentials', httpStatus: 403, message: '' }
  const expected = { kind: 'fallback', candidates: [sameModel, sameProvider, other], because: 'next-endpoint' }
  assert.deepEqual(step('bad-credentials', { failure }), expected)
})

test('with nobody left it waits for who comes back, except for what every endpoint of the model would say', () => {
  const alone = { candidates: [failed], canWait: true }
  assert.deepEqual(step('rate-limited', alone), { kind: 'fallback', candidates: [], because: 'wait' })
  assert.deepEqual(step('content-filtered', alone), { kind: 'stop', because: 'nobody-else' })
})
