import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compactPlan, expandedPlan } from '../../../../daemon/core/journal/compactPlan.ts'
import { rejectionReasons } from '../../../../shared/domain/routePlan.ts'

const ids = fc.oneof(
  fc.constantFrom('a/x@one', 'a/x@two', 'a/x:free@one', 'b/y@one', 'a/x2@one', 'a/é@three-3'),
  // Names that cannot be told apart in one text.
  fc.constantFrom('a/x@On e', 'a/x,b@one,two', 'no place', '@one', 'a/x@', 'a/x@one@two'),
)
const plans = fc.record({
  version: fc.integer(),
  candidates: fc.array(ids),
  rejected: fc.array(
    fc.record({
      endpoint: ids,
      reason: fc.oneof(fc.constantFrom(...rejectionReasons), fc.constantFrom('heard-later', 'x', 'a', 'A b')),
    }),
  ),
})

test('any plan comes back as it was', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      assert.deepEqual(expandedPlan(asJson(compactPlan(plan))), asJson(plan))
    }),
    { numRuns: 1_000, examples: [[{ version: 1, candidates: [], rejected: [] }]] },
  )
})

function asJson(value: object) {
  return JSON.parse(JSON.stringify(value)) as Readonly<Record<string, unknown>>
}

test('neighbours of one model are told together, reasons by letters', () => {
  const plan = {
    version: 3,
    orderedBy: 'price',
    candidates: ['a/x@one', 'a/x@two', 'b/y@one'],
    rejected: [
      { endpoint: 'b/y:free@two', reason: 'no-key' },
      { endpoint: 'b/y:free@three', reason: 'heard-later' },
    ],
  }
  assert.deepEqual(compactPlan(plan), {
    version: 3,
    orderedBy: 'price',
    candidates: 'a/x@one,two b/y@one',
    rejected: 'b/y:free@two:n,three:heard-later',
  })
})

test('every reason has a letter of its own', () => {
  const texts = rejectionReasons.map(
    (reason) => compactPlan({ candidates: [], rejected: [{ endpoint: 'a/x@one', reason }] }).rejected,
  )
  assert.equal(new Set(texts).size, rejectionReasons.length)
  for (const text of texts) assert.match(String(text), /^a\/x@one:[a-z]$/)
})
