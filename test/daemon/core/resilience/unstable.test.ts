import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stabilityOf } from '../../../../daemon/core/resilience/unstable.ts'

test('two of three failed, until the first of them is 30 s old', () => {
  const calls = [true, true, false].map((isFailure, at) => ({ atMs: at * 1_000, isFailure }))
  assert.deepEqual(stabilityOf(calls, 2_000), { unstableUntilMs: 30_000, changesAtMs: 30_000 })
  assert.deepEqual(stabilityOf(calls, 30_000), { unstableUntilMs: 0, changesAtMs: 31_000 })
  assert.deepEqual(stabilityOf(calls, 40_000), { unstableUntilMs: 0 })
})

test('one failure among sixty calls is none, also when it is the newest', () => {
  const calls = Array.from({ length: 60 }, (_, at) => ({ atMs: at * 200, isFailure: at === 59 }))
  assert.equal(stabilityOf(calls, 12_000).unstableUntilMs, 0)
})

test('property: at every moment it says what counting the last 30 s says, and until when that holds', () => {
  const call = fc.record({ afterMs: fc.integer({ min: 0, max: 9_000 }), isFailure: fc.boolean() })
  fc.assert(
    fc.property(fc.array(call, { maxLength: 20 }), fc.integer({ min: 0, max: 60_000 }), (steps, laterMs) => {
      let atMs = 0
      const calls = steps.map(({ afterMs, isFailure }) => {
        atMs += afterMs
        return { atMs, isFailure }
      })
      const nowMs = atMs + laterMs
      const isBadAt = (momentMs: number) => {
        const counted = calls.filter((one) => one.atMs > momentMs - 30_000)
        return counted.length >= 3 && counted.filter((one) => !one.isFailure).length < 0.8 * counted.length
      }
      const { unstableUntilMs, changesAtMs = nowMs } = stabilityOf(calls, nowMs)
      assert.equal(unstableUntilMs > nowMs, isBadAt(nowMs))
      if (changesAtMs > nowMs) assert.equal(isBadAt(changesAtMs - 1), isBadAt(nowMs))
    }),
  )
})
