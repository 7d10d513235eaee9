/** Rolling rates against a naive count. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type RateWindow, rateUseAt, settleRate, useRate } from '../../../../daemon/core/budgets/rateWindow.ts'

const emptyWindow = (): RateWindow => ({ lengthMs: 60_000, events: [] })

test('what is older than the window is free again, to the millisecond', () => {
  const window = emptyWindow()
  useRate(window, { token: 'a', atMs: 0, amount: 3 })
  useRate(window, { token: 'b', atMs: 10_000, amount: 4 })
  assert.equal(rateUseAt(window, 59_999).used, 7)
  assert.equal(rateUseAt(window, 60_000).used, 4)
  assert.equal(rateUseAt(window, 70_000).used, 0)
})

test('says how long until enough is free, and that what is over the limit never is', () => {
  const window = emptyWindow()
  useRate(window, { token: 'a', atMs: 0, amount: 3 })
  useRate(window, { token: 'b', atMs: 10_000, amount: 4 })
  const use = rateUseAt(window, 20_000)
  assert.equal(use.freeAfterMs(1, 8), 0)
  assert.equal(use.freeAfterMs(4, 8), 40_000)
  assert.equal(use.freeAfterMs(8, 8), 50_000)
  assert.equal(use.freeAfterMs(9, 8), undefined)
})

test('an estimate becomes what was used', () => {
  const window = emptyWindow()
  useRate(window, { token: 'a', atMs: 0, amount: 500 })
  settleRate(window, 'a', 20)
  settleRate(window, 'unknown', 7)
  assert.equal(rateUseAt(window, 1).used, 20)
})

test('at any moment it has used what a naive count of the last minute says', () => {
  const anyEvent = fc.record({ afterMs: fc.nat(30_000), amount: fc.nat(100) })
  fc.assert(
    fc.property(fc.array(anyEvent), (events) => {
      const window = emptyWindow()
      const seen: { readonly atMs: number; readonly amount: number }[] = []
      let nowMs = 0
      for (const { afterMs, amount } of events) {
        nowMs += afterMs
        useRate(window, { token: '', atMs: nowMs, amount })
        seen.push({ atMs: nowMs, amount })
        const expected = seen.filter(({ atMs }) => atMs > nowMs - 60_000).reduce((sum, one) => sum + one.amount, 0)
        assert.equal(rateUseAt(window, nowMs).used, expected)
      }
    }),
  )
})
