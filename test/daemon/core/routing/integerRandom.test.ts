import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIntegerRandom } from '../../../../daemon/core/routing/integerRandom.ts'

test('the same seed throws the same dice, another seed others', () => {
  const drawn = (seed: number) => {
    const random = createIntegerRandom(seed)
    return [random.uint32(), random.uint32(), random.uint32()]
  }
  assert.deepEqual(drawn(1), drawn(1))
  assert.notDeepEqual(drawn(1), drawn(2))
  // Written down, so that a change of the generator is a change of the plan's version too.
  assert.deepEqual(drawn(7), [588_686_121, 1_937_383_562, 4_286_812_467])
})

test('draws are even: over seeds in a row and within one, in sixteen equal parts', () => {
  const counts = new Array<number>(16).fill(0)
  for (let seed = 0; seed < 16_000; seed++) {
    const part = Math.floor(createIntegerRandom(seed).ratio() * 16)
    counts[part] = (counts[part] ?? 0) + 1
  }
  const random = createIntegerRandom(99)
  for (let draw = 0; draw < 16_000; draw++) {
    const part = Math.floor(random.ratio() * 16)
    counts[part] = (counts[part] ?? 0) + 1
  }
  for (const count of counts) assert.ok(Math.abs(count - 2_000) < 200, counts.join(' '))
})
