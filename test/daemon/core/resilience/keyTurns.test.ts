import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type KeyTurns, nextKeyTurn, type WeightedKey } from '../../../../daemon/core/resilience/keyTurns.ts'

type Ready = readonly [WeightedKey, ...WeightedKey[]]

function turnsOf(ready: Ready, count: number, turns: KeyTurns = new Map()): readonly string[] {
  if (count === 0) return []
  const turn = nextKeyTurn(turns, ready)
  return [turn.key.name, ...turnsOf(ready, count - 1, turn.turns)]
}

test('keys of equal weight are used in their order', () => {
  const ready = ['A', 'B', 'C'].map((name) => ({ name, weight: 7 })) as unknown as Ready
  assert.equal(turnsOf(ready, 7).join(''), 'ABCABCA')
})

test('a heavier key is used more often, spread over the others', () => {
  const ready: Ready = [
    { name: 'A', weight: 5 },
    { name: 'B', weight: 1 },
    { name: 'C', weight: 1 },
  ]
  assert.equal(turnsOf(ready, 7).join(''), 'AABACAA')
})

test('property: after any number of turns each key is near its share, exactly at it after a whole round', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(weights, fc.integer({ min: 0, max: 400 }), (given, more) => {
      const ready = given.map((weight, index) => ({ name: `K${index}`, weight })) as unknown as Ready
      const total = given.reduce((sum, weight) => sum + weight, 0)
      const used = turnsOf(ready, total + more)
      for (const { name, weight } of ready) {
        assert.equal(used.slice(0, total).filter((one) => one === name).length, weight)
        const share = ((total + more) * weight) / total
        assert.ok(Math.abs(used.filter((one) => one === name).length - share) < ready.length)
      }
    }),
  )
})

test('property: a key that was not ready for a while is used again, and the others go on by their weights', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), fc.nat(60), (a, b, alone) => {
      const first = { name: 'A', weight: a }
      let turns: KeyTurns = new Map()
      for (let turn = 0; turn < alone; turn += 1) turns = nextKeyTurn(turns, [first]).turns
      const used = turnsOf([first, { name: 'B', weight: b }], a + b, turns)
      assert.equal(used.filter((name) => name === 'B').length, b)
    }),
  )
})
