import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addedToWindow,
  percentilesOf,
  type RecentWindow,
  type WindowSample,
  windowChangesAtMs,
  windowMs,
} from '../../../../daemon/core/metrics/recentWindow.ts'

function windowOf(samples: readonly WindowSample[]): RecentWindow {
  return samples.reduce(addedToWindow, [] as RecentWindow)
}

const at = (atMs: number, firstTokenMs?: number): WindowSample => ({
  atMs,
  ...(firstTokenMs !== undefined && { firstTokenMs }),
})

test('percentiles are exact, and of the last five minutes', () => {
  const window = windowOf(Array.from({ length: 100 }, (_, index) => at(index, index + 1)))
  assert.deepEqual(percentilesOf(window, 'firstTokenMs', 100), { count: 100, p50: 50, p75: 75, p90: 90, p99: 99 })
  assert.equal(percentilesOf(window, 'firstTokenMs', windowMs + 49)?.count, 50)
  assert.equal(percentilesOf(window, 'firstTokenMs', windowMs + 99), undefined)
  assert.equal(percentilesOf(window, 'tokensPerSecond', 100), undefined)
})

test('99 % of the answers reach the p99 of throughput', () => {
  const window = windowOf(Array.from({ length: 100 }, (_, index) => ({ atMs: 0, tokensPerSecond: index + 1 })))
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
