import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rateRowOf } from '../../../../daemon/core/quota/declaredPrice.ts'

const rows = [
  { dollars: '0.07', nanodollars: 70_000_000 },
  { dollars: 0.07, nanodollars: 70_000_000 },
  { dollars: 15, nanodollars: 15_000_000_000 },
  { dollars: '0.0125', nanodollars: 12_500_000 },
  { dollars: '0.0000000001', nanodollars: 1 },
  { dollars: 1e-7, nanodollars: 100 },
  { dollars: 1.96e-7, nanodollars: 196 },
  { dollars: 1.2345e-7, nanodollars: 124 },
  { dollars: 0, nanodollars: 0 },
]

for (const { dollars, nanodollars } of rows) {
  test(`${typeof dollars} ${dollars} dollars per million are ${nanodollars} nanodollars`, () => {
    const row = rateRowOf({ input: dollars, output: 1 }, 'declared')
    assert.equal(row.inputNanodollarsPerMillionTokens, nanodollars)
    assert.equal(row.outputNanodollarsPerMillionTokens, 1_000_000_000)
    assert.equal('cachedInputNanodollarsPerMillionTokens' in row, false)
  })
}
