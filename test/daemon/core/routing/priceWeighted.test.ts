import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIntegerRandom } from '../../../../daemon/core/routing/integerRandom.ts'
import {
  drawnIndex,
  priceWeighted,
  sortedByPrice,
  toFront,
  weightOf,
} from '../../../../daemon/core/routing/priceWeighted.ts'
import { planned } from '../../../support/endpoints.ts'

const at = (id: string, priceNanodollars: number) => ({ endpoint: planned(id), priceNanodollars })

test('the weight is 1 / price^2, so twice the price is a quarter', () => {
  assert.equal(weightOf(at('a/x@one', 5_000_000)) / weightOf(at('a/x@one', 10_000_000)), 4)
})

test('the cheapest first, of the same price by id', () => {
  const sorted = sortedByPrice([at('a/x@b', 2), at('a/x@c', 1), at('a/x@a', 2)])
  assert.deepEqual(
    sorted.map(({ endpoint }) => endpoint.facts.id),
    ['a/x@c', 'a/x@a', 'a/x@b'],
  )
})

test('an index is drawn as often as its weight says, and there is one even for nothing', () => {
  const random = createIntegerRandom(3)
  const counts = [0, 0, 0]
  for (let draw = 0; draw < 10_000; draw++) {
    const index = drawnIndex([1, 0, 3], random)
    counts[index] = (counts[index] ?? 0) + 1
  }
  assert.equal(counts[1], 0)
  assert.ok(Math.abs((counts[0] ?? 0) - 2_500) < 250, counts.join(' '))
  assert.equal(drawnIndex([], random), 0)
})

test('one is moved to the front, the others keep their order', () => {
  assert.deepEqual(toFront([1, 2, 3], 2), [3, 1, 2])
  assert.deepEqual(toFront([1, 2, 3], 0), [1, 2, 3])
  assert.deepEqual(toFront([], 0), [])
})

test('the free, then the priced, then the unknown', () => {
  const endpoints = [
    { endpoint: planned('a/x@unknown'), priceNanodollars: undefined },
    at('a/x@paid', 5),
    at('a/x@free', 0),
  ]
  assert.deepEqual(
    priceWeighted(endpoints, createIntegerRandom(1)).map(({ facts }) => facts.id),
    ['a/x@free', 'a/x@paid', 'a/x@unknown'],
  )
})
