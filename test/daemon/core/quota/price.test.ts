import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { estimateMoney, priceUsage } from '../../../../daemon/core/quota/price.ts'
import type { RateRow } from '../../../../shared/domain/money.ts'
import type { Usage } from '../../../../shared/domain/usage.ts'

/** $0.25 in, $0.025 cached, $2 out per million tokens. */
const rates: RateRow = {
  inputNanodollarsPerMillionTokens: 250_000_000,
  cachedInputNanodollarsPerMillionTokens: 25_000_000,
  outputNanodollarsPerMillionTokens: 2_000_000_000,
  source: 'test',
}
const real = { rates, isPractice: false }

const rows: readonly { readonly name: string; readonly usage: Usage; readonly nanodollars: number }[] = [
  { name: 'input and output', usage: { inputTokens: 1000, outputTokens: 500 }, nanodollars: 250_000 + 1_000_000 },
  // 1000 in, of which 800 cached: 200 * 250 + 800 * 25 nanodollars.
  {
    name: 'cached input at its own price',
    usage: { inputTokens: 1000, cachedInputTokens: 800, outputTokens: 0 },
    nanodollars: 70_000,
  },
  {
    name: 'reasoning without a price of its own as output',
    usage: { inputTokens: 0, outputTokens: 100, reasoningTokens: 60 },
    nanodollars: 200_000,
  },
  { name: 'an explicit zero', usage: { inputTokens: 0, outputTokens: 0 }, nanodollars: 0 },
]

for (const row of rows) {
  test(`prices ${row.name}`, () => {
    assert.deepEqual(priceUsage(row.usage, real), { kind: 'measured', nanodollars: row.nanodollars })
  })
}

test('a fraction of a nanodollar is rounded up', () => {
  const odd = { rates: { ...rates, inputNanodollarsPerMillionTokens: 12_500_001 }, isPractice: false }
  assert.deepEqual(priceUsage({ inputTokens: 1, outputTokens: 0 }, odd), { kind: 'measured', nanodollars: 13 })
})

test('without a price, or without a count, the cost is unknown and not 0', () => {
  assert.deepEqual(priceUsage({ inputTokens: 1, outputTokens: 1 }, { isPractice: false }), { kind: 'unknown' })
  assert.deepEqual(priceUsage({ inputTokens: 1 }, real), { kind: 'unknown' })
  assert.deepEqual(priceUsage(undefined, real), { kind: 'unknown' })
})

test('practice money is of its own kind', () => {
  assert.equal(priceUsage({ inputTokens: 1, outputTokens: 1 }, { rates, isPractice: true }).kind, 'practice')
})

test('an estimate lies between nothing and its bound', () => {
  const bound = priceUsage({ inputTokens: 100, outputTokens: 100 }, real)
  const money = estimateMoney({ likely: { inputTokens: 1_000_000, outputTokens: 0 } }, bound, real)
  assert.ok(money.kind === 'estimated' && bound.kind === 'measured')
  assert.equal(money.nanodollars, bound.nanodollars)
  assert.equal(money.highNanodollars, bound.nanodollars)
  assert.equal(money.lowNanodollars, 0)
})

test('an estimate whose bound is not known is none', () => {
  const likely = { inputTokens: 10, outputTokens: 10 }
  assert.deepEqual(estimateMoney({ likely }, { kind: 'unknown' }, real), { kind: 'unknown' })
})

test('amounts stay exact beyond 2^53 products', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_000_000 }),
      fc.integer({ min: 0, max: 100_000_000_000 }),
      (tokens, rate) => {
        const row = { rates: { ...rates, outputNanodollarsPerMillionTokens: rate }, isPractice: false }
        const money = priceUsage({ inputTokens: 0, outputTokens: tokens }, row)
        const exact = (BigInt(tokens) * BigInt(rate) + 999_999n) / 1_000_000n
        assert.ok(money.kind === 'measured')
        assert.equal(BigInt(money.nanodollars), exact)
      },
    ),
  )
})
