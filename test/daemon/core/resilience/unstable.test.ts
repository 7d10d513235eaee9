import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { unstableUntilMs } from '../../../../daemon/core/resilience/unstable.ts'

test('two of three failed, until the first of them is 30 s old', () => {
  const calls = [true, true, false].map((isFailure, at) => ({ atMs: at * 1_000, isFailure }))
  assert.equal(unstableUntilMs(calls), 30_000)
  assert.equal(unstableUntilMs(calls.slice(1)), 0)
})

test('property: at every moment it says what counting the last 30 s says', () => {
  const call = fc.record({ afterMs: fc.integer({ min: 0, max: 9_000 }), isFailure: fc.boolean() })
  fc.assert(
    fc.property(fc.array(call, { maxLength: 20 }), fc.integer({ min: 0, max: 60_000 }), (steps, laterMs) => {
      let atMs = 0
      const calls = steps.map(({ afterMs, isFailure }) => {
        atMs += afterMs
        return { atMs, isFailure }
      })
      const nowMs = atMs + laterMs
      const counted = calls.filter((one) => one.atMs > nowMs - 30_000)
      const well = counted.filter((one) => !one.isFailure).length
      // Fewer calls may be left later and be worse: the moment named is the last such one.
      if (counted.length >= 3 && well < 0.8 * counted.length) assert.ok(nowMs < unstableUntilMs(calls))
      if (nowMs >= unstableUntilMs(calls)) assert.ok(counted.length < 3 || well >= 0.8 * counted.length)
    }),
  )
})
