/** What a person reads when a budget is in the way: which one, how much is left, when it resets, what can be done. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Shortfall } from '../../../../daemon/core/budgets/admitAttempt.ts'
import { markText, shortFailure } from '../../../../daemon/core/budgets/budgetTexts.ts'
import { unusedCounter } from '../../../../daemon/core/budgets/counters.ts'
import { endpoint } from '../../../support/endpoints.ts'
import { budget, hold } from './budgetSamples.ts'

const month = budget('month', { dollars: 20, zone: 'Europe/Berlin', scope: 'user' })
const resetsAtMs = Date.parse('2026-11-30T23:00:00Z')

function shortfall(more: Partial<Shortfall>): Shortfall {
  const amounts = { needed: 450_000_000, left: 120_000_000, held: 800_000_000 }
  return { budget: month, member: 'anna', reason: 'spent', ...amounts, resetsAtMs, ...more }
}

const short = (one: Shortfall) => ({ shortfalls: [one], attempt: { endpoint: endpoint('a/x@one').id } })

const rows: readonly { readonly reason: Shortfall['reason']; readonly says: readonly RegExp[] }[] = [
  {
    reason: 'spent',
    says: [
      /^Budget month for anna: \$0\.12 left of \$20\.00 a month/,
      /\$0\.45/,
      /resets 2026-12-01 00:00 Europe\/Berlin/,
    ],
  },
  { reason: 'held', says: [/\$0\.80 is held by requests under way/, /after 10\u00a0s/] },
  { reason: 'price-unknown', says: [/Declare its price/] },
  { reason: 'barred', says: [/a\/x@one once answered with more/, /`waybill budgets allow a\/x@one`/] },
]

for (const { reason, says } of rows) {
  test(`refused because ${reason}: says what stands in the way and what to do`, () => {
    const failure = shortFailure(short(shortfall({ reason })), 10_000)
    assert.equal(failure.kind, 'budget-exhausted')
    for (const pattern of says) assert.match(failure.message, pattern)
  })
}

test('a wait of ten seconds is told as that, though its timer ended a little late', () => {
  assert.match(
    shortFailure(short(shortfall({ reason: 'held' })), 10_004).message,
    /after 10\u00a0s it was still not free/,
  )
})

test('a rate says when to come back, also as a number', () => {
  const pace = budget('pace', { requests: 30, per: 'minute' })
  const failure = shortFailure(
    short(shortfall({ budget: pace, reason: 'rate', needed: 1, left: 0, freeAfterMs: 4_200 })),
    0,
  )
  assert.equal(failure.kind, 'rate-limited')
  assert.equal(failure.retryAfterMs, 4_200)
  assert.match(failure.message, /0 requests left of 30 requests a minute; enough is free in 5\u00a0s/)
})

test('a passed mark says how much of what', () => {
  const counter = { ...unusedCounter(hold(0)), used: 16_020_000_000 }
  assert.equal(
    markText({ budget: month, member: 'anna' }, counter, { percent: 80, resetsAtMs }),
    'Budget month for anna has passed 80 %: $16.02 of $20.00 a month; it resets 2026-12-01 00:00 Europe/Berlin.',
  )
})
