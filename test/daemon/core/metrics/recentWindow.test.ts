import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addedToWindow,
  percentilesOf,
  type RecentWindow,
  unstableUntilMsOf,
  type WindowSample,
  windowChangesAtMs,
  windowMs,
} from '../../../../daemon/core/metrics/recentWindow.ts'

function windowOf(samples: readonly WindowSample[]): RecentWindow {
  return samples.reduce(addedToWindow, [] as RecentWindow)
}

const at = (atMs: number, isSuccess = true, firstTokenMs?: number): WindowSample => ({
  atMs,
  isSuccess,
  ...(firstTokenMs !== undefined && { firstTokenMs }),
})

test('percentiles are exact, and of the last five minutes', () => {
  const window = windowOf(Array.from({ length: 100 }, (_, index) => at(index, true, index + 1)))
  assert.deepEqual(percentilesOf(window, 'firstTokenMs', 100), { count: 100, p50: 50, p75: 75, p90: 90, p99: 99 })
  assert.equal(percentilesOf(window, 'firstTokenMs', windowMs + 49)?.count, 50)
  assert.equal(percentilesOf(window, 'firstTokenMs', windowMs + 99), undefined)
  assert.equal(percentilesOf(window, 'tokensPerSecond', 100), undefined)
})

test('99 % of the answers reach the p99 of throughput', () => {
  const window = windowOf(
    Array.from({ length: 100 }, (_, index) => ({ atMs: 0, isSuccess: true, tokensPerSecond: index + 1 })),
  )
  assert.deepEqual(percentilesOf(window, 'tokensPerSecond', 1), { count: 100, p50: 51, p75: 26, p90: 11, p99: 2 })
})

test('it is bounded, tells when it changes next, and drops what a clock that was put back left in the future', () => {
  const window = windowOf(Array.from({ length: 1_000 }, (_, index) => at(index)))
  assert.equal(window.length, 200)
  assert.equal(windowChangesAtMs(window, 1_000), 800 + windowMs)
  assert.equal(windowChangesAtMs([], 0), undefined)
  assert.deepEqual(
    addedToWindow(window, at(5)).map(({ atMs }) => atMs),
    [5],
  )
})

test('three failures in 30 s are an outage until the first of them is 30 s old', () => {
  const window = windowOf([at(1_000, false), at(2_000, false), at(3_000, false)])
  assert.equal(unstableUntilMsOf(window, 3_000), 31_000)
  assert.equal(unstableUntilMsOf(window, 31_000), 0)
  assert.equal(unstableUntilMsOf(windowOf([at(1_000, false), at(2_000, false)]), 3_000), 0)
})

test('80 % of successes are no outage, less are', () => {
  const of = (successes: number) => windowOf([1, 2, 3, 4, 5].map((one) => at(one, one > 5 - successes)))
  assert.equal(unstableUntilMsOf(of(4), 6), 0)
  assert.notEqual(unstableUntilMsOf(of(3), 6), 0)
})

test('until the moment named it is unstable at every moment, and at that moment it is not', () => {
  const samples = fc.array(fc.record({ gapMs: fc.integer({ min: 0, max: 9_000 }), isSuccess: fc.boolean() }), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(samples, (made) => {
      let nowMs = 1_000_000
      const window = windowOf(
        made.map(({ gapMs, isSuccess }) => {
          nowMs += gapMs
          return at(nowMs, isSuccess)
        }),
      )
      const isUnstable = (momentMs: number) => {
        const recent = window.filter(({ atMs }) => atMs > momentMs - 30_000)
        return recent.length >= 3 && recent.filter(({ isSuccess }) => isSuccess).length < 0.8 * recent.length
      }
      const untilMs = unstableUntilMsOf(window, nowMs)
      assert.equal(untilMs > 0, isUnstable(nowMs))
      if (untilMs === 0) return
      assert.equal(isUnstable(untilMs), false)
      for (let step = 0; step < 10; step++) {
        assert.ok(isUnstable(nowMs + Math.floor(((untilMs - 1 - nowMs) * step) / 9)))
      }
    }),
  )
})
