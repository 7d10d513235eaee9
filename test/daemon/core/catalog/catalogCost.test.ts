import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costSchema, costWithDetailsOf } from '../../../../daemon/core/catalog/catalogCost.ts'

const plain = { input: 3, output: 15 }

test('long inputs are read in each of the three ways that they are written', () => {
  const long = { input: 6, output: 22.5 }
  const tiers = [{ above: 200_000, ...long }]
  assert.deepEqual(costSchema.parse({ ...plain, tiers }), { ...plain, tiers })
  assert.deepEqual(costSchema.parse({ ...plain, context_over_200k: long }), { ...plain, tiers })
  const sized = [{ tier: { type: 'context', size: 200_000 }, ...long }]
  assert.deepEqual(costSchema.parse({ ...plain, tiers: sized }), { ...plain, tiers })
  assert.deepEqual(costSchema.parse(plain), plain)
  assert.equal(costSchema.safeParse({ ...plain, tiers: [long] }).success, false)
})

test('details that the newer cost does not say are kept, and rise with it', () => {
  const older = {
    ...plain,
    cache_read: 0.5,
    cache_write_1h: 6,
    tiers: [{ above: 200_000, input: 6, output: 30, cache_write_1h: 12 }],
  }
  assert.deepEqual(costWithDetailsOf(plain, older), older)
  assert.deepEqual(costWithDetailsOf({ input: 6, output: 15, cache_read: 1 }, older), {
    input: 6,
    output: 15,
    cache_read: 1,
    cache_write_1h: 12,
    tiers: [{ above: 200_000, input: 12, output: 30, cache_write_1h: 24 }],
  })
  // A lower price leaves what is kept as it was: rather too high than too low.
  assert.equal(costWithDetailsOf({ input: 1, output: 5 }, older).cache_write_1h, 6)
})

test('tiers of the newer cost are filled by those of the same size; none stays none', () => {
  const older = { ...plain, tiers: [{ above: 200_000, input: 6, output: 30, cache_write_1h: 12 }] }
  const newer = {
    ...plain,
    tiers: [
      { above: 200_000, input: 9, output: 30 },
      { above: 500_000, input: 12, output: 30 },
    ],
  }
  assert.deepEqual(costWithDetailsOf(newer, older).tiers, [
    { above: 200_000, input: 9, output: 30, cache_write_1h: 18 },
    { above: 500_000, input: 12, output: 30 },
  ])
  assert.deepEqual(costWithDetailsOf({ ...plain, tiers: [] }, older).tiers, [])
  assert.equal(costWithDetailsOf(plain, plain).tiers, undefined)
  assert.deepEqual(costWithDetailsOf(plain, { input: 0, output: 0, request: 1 }), { ...plain, request: 1 })
})
