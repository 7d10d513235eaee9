import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bucketOf, countInBucket } from '../../../../daemon/core/metrics/histogram.ts'
import { addToSums } from '../../../../daemon/core/metrics/measures.ts'
import {
  coarsened,
  createSlot,
  histogramsIn,
  mergeSlot,
  openSlot,
  packSlot,
  slotStart,
  sumsIn,
} from '../../../../daemon/core/metrics/rollUpSlot.ts'

function slotWith(atMs: number, requests: Readonly<Record<number, number>>) {
  const slot = createSlot(atMs)
  for (const [key, count] of Object.entries(requests)) {
    addToSums(sumsIn(slot, Number(key)), 'requests', count)
    for (const histogram of histogramsIn(slot, Number(key))) countInBucket(histogram, bucketOf(count))
  }
  return slot
}

test('a packed slot is plain JSON and opens as it was', () => {
  const slot = slotWith(900_000, { 0: 3, 7: 1 })
  const packed = packSlot(slot)
  assert.deepEqual(JSON.parse(JSON.stringify(packed)), packed)
  assert.deepEqual(openSlot(packed), slot)
})

test('slots that become coarser hold the same sums, each in the slot that it began in', () => {
  const slots = [slotWith(0, { 0: 1 }), slotWith(900_000, { 0: 2, 1: 5 }), slotWith(3_600_000, { 1: 7 })]
  const hours = coarsened(slots.map(packSlot), 3_600_000)
  assert.deepEqual(
    hours.map(({ atMs, rows }) => [atMs, rows]),
    [
      [
        0,
        [
          [0, 3],
          [1, 5],
        ],
      ],
      [3_600_000, [[1, 7]]],
    ],
  )
  const merged = createSlot(0)
  for (const slot of slots) mergeSlot(merged, packSlot(slot))
  assert.deepEqual(coarsened(hours, 86_400_000), [packSlot(merged)])
})

test('slots are aligned to the epoch', () => {
  assert.equal(slotStart(1_000_000, 900_000), 900_000)
  assert.equal(slotStart(900_000, 900_000), 900_000)
  assert.equal(slotStart(899_999, 900_000), 0)
})
