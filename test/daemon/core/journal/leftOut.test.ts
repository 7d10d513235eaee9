import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Fields, filledIn, leftOutText } from '../../../../daemon/core/journal/leftOut.ts'

const names = fc.constantFrom('type', 'i', 'requestId', 'plan', 'held', 'x', '$', 'a/x@one')
const leaf = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string(), fc.boolean())
const fields = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('fields')),
  fields: fc.dictionary(names, tie('value'), { maxKeys: 5, noNullPrototype: true }),
})).fields as fc.Arbitrary<Fields>

test('what is left out is filled in again, whatever the base says', () => {
  fc.assert(
    fc.property(fields, fields, (value, base) => {
      // As JSON writes it: it knows no -0 and no objects without a prototype.
      const expected: unknown = JSON.parse(JSON.stringify(value))
      assert.deepEqual(filledIn(JSON.parse(leftOutText(value, base)) as Fields, base), expected)
      assert.deepEqual(filledIn(JSON.parse(leftOutText(value, undefined)) as Fields, undefined), expected)
    }),
    { numRuns: 1_000 },
  )
})

test('what the base says alike costs nothing, below too', () => {
  assert.equal(
    leftOutText({ a1: 1, b1: { c1: [1, { d1: 2 }], e1: 3 } }, { a1: 1, b1: { c1: [1, { d1: 2 }] } }),
    '{"b1":{"e1":3}}',
  )
  assert.equal(leftOutText({ requestId: 'x', gone: undefined }, { requestId: 'x', also: undefined }), '{}')
})

test('what only the base has is taken back', () => {
  const text = leftOutText({ one: 1 }, { one: 1, two: 2, three: { four: 4 } })
  assert.equal(text, '{"two":null,"three":null}')
  assert.deepEqual(filledIn(JSON.parse(text) as Fields, { one: 1, two: 2, three: { four: 4 } }), { one: 1 })
})
