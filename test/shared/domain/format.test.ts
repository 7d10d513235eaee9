import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  formatCount,
  formatDollars,
  formatMoney,
  formatMoneySum,
  formatRatio,
  formatSeconds,
  formatTimeLeft,
  formatTokens,
  formatTokensShort,
} from '../../../shared/domain/format.ts'
import type { Money, MoneySum } from '../../../shared/domain/money.ts'
import { noMoney } from '../../../shared/domain/moneySum.ts'

const dollar = 1_000_000_000

test('money is written by its kind and its place', () => {
  check(
    ([money, place]: readonly [Money, 'card' | 'request' | 'price']) => formatMoney(money, place),
    [
      [[measured(2.56 * dollar), 'card'], '$2.56'],
      [[measured(2.56 * dollar), 'request'], '$2.5600'],
      [[measured(170_000), 'price'], '$0.00017'],
      [[measured(0), 'card'], '$0'],
      [[measured(0), 'request'], '$0'],
      [[measured(40_000), 'request'], '<$0.0001'],
      [[measured(50_000), 'request'], '$0.0001'],
      [[measured(1), 'price'], '<$0.00001'],
      [[measured(4_999_999), 'card'], '<$0.01'],
      [[measured(5_000_000), 'card'], '$0.01'],
      [[measured(1_999_999_999), 'card'], '$2.00'],
      [[measured(1_234_567.891 * dollar), 'card'], '$1,234,567.89'],
      [[estimated(80_000_000), 'card'], '~$0.08'],
      [[estimated(1), 'card'], '<$0.01'],
      [[estimated(0), 'card'], '~$0'],
      [[{ kind: 'unknown' }, 'card'], 'unknown'],
      [[{ kind: 'practice', nanodollars: 2_100_000 }, 'request'], 'pretend'],
      [[{ kind: 'practice', nanodollars: 0 }, 'request'], 'pretend'],
    ],
  )
})

test('a sum marks any estimate, keeps unknown beside it and leaves practice out', () => {
  check(
    (part: Partial<MoneySum>) => formatMoneySum({ ...noMoney, ...part }, 'card'),
    [
      [{}, '$0'],
      [{ measuredNanodollars: 2.56 * dollar }, '$2.56'],
      [{ measuredNanodollars: 2.56 * dollar, ...estimateOf(0.08 * dollar) }, '~$2.64'],
      [{ ...estimateOf(0), estimatedHighNanodollars: 1 }, '~$0'],
      [{ measuredNanodollars: 2.56 * dollar, unknownCount: 3 }, '$2.56, 3 unknown'],
      [{ measuredNanodollars: 1, unknownCount: 1 }, '<$0.01, 1 unknown'],
      [{ unknownCount: 1 }, 'unknown'],
      [{ unknownCount: 1200 }, '1,200 unknown'],
      [{ practiceNanodollars: 5 * dollar }, 'pretend'],
      [{ practiceNanodollars: 5 * dollar, measuredNanodollars: dollar }, '$1.00'],
      [{ practiceNanodollars: 5 * dollar, unknownCount: 2 }, '2 unknown'],
    ],
  )
})

test('an amount above nothing never looks like nothing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 * dollar }),
      fc.constantFrom('card' as const, 'request' as const, 'price' as const),
      (nanodollars, place) => {
        assert.match(formatDollars(nanodollars, place), /[1-9]/)
      },
    ),
    { seed: 20_261_001 },
  )
})

test('seconds have two decimals under one, one above, and minutes and hours beyond', () => {
  check(
    (ms: number) => formatSeconds(ms),
    [
      [0, '0 s'],
      [4, '<0.01 s'],
      [5, '0.01 s'],
      [420, '0.42 s'],
      [994, '0.99 s'],
      [996, '1.0 s'],
      [21_400, '21.4 s'],
      [59_940, '59.9 s'],
      [59_960, '1 min'],
      [185_000, '3 min 5 s'],
      [3_599_600, '1 h'],
      [7_440_000, '2 h 4 min'],
    ],
  )
  assert.equal(plain(formatSeconds(2_840, 'hundredths')), '2.84 s')
  assert.equal(plain(formatSeconds(61_000, 'hundredths')), '1 min 1 s')
})

test('tokens are exact in tables and short in summaries', () => {
  check(formatTokens, [
    [0, '0'],
    [981, '981'],
    [2184, '2,184'],
    [1_234_567, '1,234,567'],
    [undefined, 'unknown'],
  ])
  check(formatTokensShort, [
    [0, '0'],
    [999, '999'],
    [1000, '1.0 k'],
    [2184, '2.2 k'],
    [9960, '10 k'],
    [412_300, '412 k'],
    [999_499, '999 k'],
    [999_500, '1.0 M'],
    [4_140_000, '4.1 M'],
    [41_400_000, '41 M'],
    [2_400_000_000, '2,400 M'],
    [undefined, 'unknown'],
  ])
  assert.equal(formatCount(12), '12')
})

test('what is left of a wait is in whole seconds begun', () => {
  check(formatTimeLeft, [
    [-5, '0 s'],
    [0, '0 s'],
    [1, '1 s'],
    [11_001, '12 s'],
    [59_000, '59 s'],
    [59_001, '1 min'],
    [65_000, '1 min 5 s'],
  ])
})

test('a share has one decimal under ten percent', () => {
  check(formatRatio, [
    [0, '0 %'],
    [0.0001, '<0.1 %'],
    [0.0082, '0.8 %'],
    [0.0994, '9.9 %'],
    [0.0996, '10 %'],
    [0.375, '38 %'],
    [1, '100 %'],
  ])
})

test('the space before a unit does not break', () => {
  for (const text of [formatSeconds(420), formatTokensShort(412_000), formatRatio(0.5)]) {
    assert.match(text, /^[^ ]+\u00a0[^ ]+$/)
  }
})

function check<Input>(format: (input: Input) => string, rows: readonly (readonly [Input, string])[]): void {
  for (const [input, expected] of rows) assert.equal(plain(format(input)), expected, JSON.stringify(input))
}

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ')
}

function measured(nanodollars: number): Money {
  return { kind: 'measured', nanodollars }
}

function estimated(nanodollars: number): Money {
  return { kind: 'estimated', nanodollars, lowNanodollars: nanodollars, highNanodollars: nanodollars }
}

function estimateOf(nanodollars: number): Partial<MoneySum> {
  return {
    estimatedNanodollars: nanodollars,
    estimatedLowNanodollars: nanodollars,
    estimatedHighNanodollars: nanodollars,
  }
}
