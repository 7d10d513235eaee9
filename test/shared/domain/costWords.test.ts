import assert from 'node:assert/strict'
import { test } from 'node:test'
import { estimateWords, reportedWords } from '../../../shared/domain/costWords.ts'
import type { Money } from '../../../shared/domain/money.ts'

const estimated: Money = {
  kind: 'estimated',
  nanodollars: 1_200_000,
  lowNanodollars: 200_000,
  highNanodollars: 10_000_000,
}
const measured: Money = { kind: 'measured', nanodollars: 10_000_000 }

const estimates = [
  {
    attempt: { outcome: 'cancelled', receivedBytes: 1_234 },
    words: 'estimated: cancelled after 1,234 bytes, between $0.0002 and $0.0100',
  },
  {
    attempt: { outcome: 'cancelled', receivedBytes: 0 },
    words: 'estimated: cancelled before any text, between $0.0002 and $0.0100',
  },
  {
    attempt: { outcome: 'failed', receivedBytes: 20 },
    words: 'estimated: broken off after 20 bytes, between $0.0002 and $0.0100',
  },
  {
    attempt: { outcome: 'interrupted', receivedBytes: 20 },
    words: 'estimated: interrupted after 20 bytes, between $0.0002 and $0.0100',
  },
  {
    attempt: { outcome: 'succeeded', receivedBytes: 20 },
    words: 'estimated: the provider sent no count of 20 bytes, between $0.0002 and $0.0100',
  },
  { attempt: { outcome: 'interrupted' }, words: 'estimated: interrupted, at most $0.0100' },
] as const

for (const { attempt, words } of estimates) {
  test(`an estimate says what it was made from: ${words}`, () => {
    assert.equal(estimateWords({ ...attempt, cost: estimated }), words)
  })
}

test('only an estimate is said to be one', () => {
  const others: readonly Money[] = [measured, { kind: 'unknown' }, { kind: 'practice', nanodollars: 5 }]
  for (const cost of others) assert.equal(estimateWords({ outcome: 'cancelled', cost, receivedBytes: 5 }), undefined)
})

const reports = [
  { reported: 10_000_000, words: 'the provider says $0.0100' },
  { reported: 10_100_000, words: 'the provider says $0.0101' },
  { reported: 10_100_001, words: 'the provider says $0.0101, 1.0\u00a0% more than its price makes it' },
  { reported: 9_900_000, words: 'the provider says $0.0099' },
  { reported: 7_500_000, words: 'the provider says $0.0075, 25\u00a0% less than its price makes it' },
  { reported: 0, words: 'the provider says $0, 100\u00a0% less than its price makes it' },
] as const

for (const { reported, words } of reports) {
  test(`a difference of over a percent is said: ${words}`, () => {
    assert.equal(reportedWords({ outcome: 'succeeded', cost: measured, reportedNanodollars: reported }), words)
  })
}

test('what is said of a free or unknown price is said alone', () => {
  const free = { kind: 'measured', nanodollars: 0 } as const
  const says = (cost: Money) => reportedWords({ outcome: 'succeeded', cost, reportedNanodollars: 5_000_000 })
  assert.equal(says(free), 'the provider says $0.0050, more than its price makes it')
  assert.equal(says({ kind: 'unknown' }), 'the provider says $0.0050')
  assert.equal(reportedWords({ outcome: 'succeeded', cost: measured }), undefined)
})
