import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bucketOf, countInBucket } from '../../../../daemon/core/metrics/histogram.ts'
import { addToSums } from '../../../../daemon/core/metrics/measures.ts'
import {
  cellAt,
  createRollUps,
  type RollUpKey,
  type RollUps,
  restoreRollUps,
  rollUpsSnapshot,
} from '../../../../daemon/core/metrics/rollUp.ts'
import { dayMs, quarterHourMs } from '../../../../daemon/core/metrics/rollUpDay.ts'

const key: RollUpKey = {
  endpoint: 'a/x@one',
  provider: 'one',
  model: 'a/x',
  isPractice: false,
  profile: 'work',
  workspace: '/project',
  user: 'anna',
  prompt: 'explain',
  client: 'vscode',
}
const day = '2026-11-22'
const dayStartMs = Date.parse(day)

function count(rollUps: RollUps, atMs: number, one = key, times = 1): void {
  addToSums(cellAt(rollUps, one, atMs).sums, 'requests', times)
  for (const [histogram] of cellAt(rollUps, one, atMs).histograms())
    if (histogram !== undefined) countInBucket(histogram, bucketOf(7))
}

/** Beginning of each slot after the day's, and the requests in it. */
function outlineOf(rollUps: RollUps) {
  return rollUpsSnapshot(rollUps).slots.map(({ atMs, rows }) => [
    atMs - dayStartMs,
    rows.reduce((sum, [, requests = 0]) => sum + requests, 0),
  ])
}

test('one row for each combination, found again by equal keys; a series for all and for each dimension', () => {
  const rollUps = createRollUps(day)
  const made = cellAt(rollUps, key, dayStartMs).sums
  assert.equal(cellAt(rollUps, { ...key }, dayStartMs).sums, made)
  for (const name of ['endpoint', 'profile', 'workspace', 'user', 'prompt', 'client'] as const) {
    assert.notEqual(cellAt(rollUps, { ...key, [name]: 'other' }, dayStartMs).sums, made, name)
  }
  assert.equal(rollUpsSnapshot(rollUps).keys.length, 7)
  assert.equal(cellAt(rollUps, key, dayStartMs).histograms().length, 9)
})

test('slots are quarter hours, and time never goes back in them', () => {
  const rollUps = createRollUps(day)
  count(rollUps, dayStartMs + 20 * 60_000)
  count(rollUps, dayStartMs + 29 * 60_000)
  count(rollUps, dayStartMs + 45 * 60_000)
  count(rollUps, dayStartMs)
  assert.deepEqual(outlineOf(rollUps), [
    [quarterHourMs, 2],
    [3 * quarterHourMs, 2],
  ])
})

test('what has a time outside the day counts in its nearest slot', () => {
  const rollUps = createRollUps(day)
  count(rollUps, dayStartMs - 365 * dayMs)
  count(rollUps, dayStartMs + 365 * dayMs)
  assert.deepEqual(outlineOf(rollUps), [
    [0, 1],
    [dayMs - quarterHourMs, 1],
  ])
})

test('a snapshot at any moment counts on as if there had been none', () => {
  const moment = fc.record({ minutes: fc.nat(1_500), user: fc.constantFrom('anna', 'ben'), isPractice: fc.boolean() })
  fc.assert(
    fc.property(fc.array(moment), fc.array(moment), (before, after) => {
      const live = createRollUps(day)
      for (const { minutes, ...more } of before) count(live, dayStartMs + minutes * 60_000, { ...key, ...more })
      const restored = restoreRollUps(JSON.parse(JSON.stringify(rollUpsSnapshot(live))))
      assert.deepEqual(restored, live)
      for (const { minutes, ...more } of after) {
        for (const one of [live, restored]) count(one, dayStartMs + minutes * 60_000, { ...key, ...more })
      }
      assert.deepEqual(restored, live)
    }),
  )
})

test('a day of very many combinations goes on in longer slots, under a megabyte, and no sum is lost', () => {
  const rollUps = createRollUps(day)
  let counted = 0
  for (let minute = 0; minute < 24 * 60; minute += 5) {
    for (let number = 0; number < 300; number += 1) {
      count(rollUps, dayStartMs + minute * 60_000, { ...key, user: `user ${number % 40}`, prompt: `prompt ${number}` })
      counted += 1
    }
  }
  const snapshot = rollUpsSnapshot(rollUps)
  assert.ok(snapshot.slotMs > quarterHourMs)
  assert.ok(JSON.stringify(snapshot).length < 1_000_000)
  assert.equal(
    outlineOf(rollUps).reduce((sum, [, requests = 0]) => sum + requests, 0),
    counted,
  )
  assert.deepEqual(restoreRollUps(snapshot), rollUps)
})
