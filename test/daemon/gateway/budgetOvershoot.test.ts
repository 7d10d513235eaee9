import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Budget, BudgetConfig } from '../../../shared/domain/budget.ts'
import { budget } from '../../support/budgetRig.ts'
import {
  billedByWindow,
  createBudgetWorld,
  createWindowNames,
  type Deed,
  type WorldPlay,
} from '../../support/budgetWorld.ts'
import { endpoint } from '../../support/endpoints.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

const zones = ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Kiritimati']
const windows = ['hour', 'day', 'week', 'month', 'lifetime'] as const

const budgetConfigs: fc.Arbitrary<BudgetConfig> = fc
  .record({
    amount: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 40_000 }).map((limit) => ({ dollars: limit / 1_000 })) },
      fc.integer({ min: 300, max: 20_000 }).map((tokens) => ({ tokens })),
      fc.integer({ min: 1, max: 12 }).map((requests) => ({ requests })),
    ),
    per: fc.constantFrom(...windows),
    zone: fc.constantFrom(...zones),
    scope: fc.constantFrom('everything', 'everything', 'user', 'workspace', 'provider'),
    of: fc.constantFrom(undefined, undefined, 'anna', '/b', 'two'),
  })
  .map(({ amount, per, zone, scope, of }): BudgetConfig => {
    // By the hour these are rates, whose windows are not the calendar's.
    const hours = 'dollars' in amount ? per : per === 'hour' ? 'day' : per
    return { ...amount, per: hours, zone, scope, ...(of !== undefined && scope !== 'everything' && { of }) }
  })

const rates = fc.record(
  {
    inputNanodollarsPerMillionTokens: fc.integer({ min: 0, max: 2_000_000_000_000 }),
    outputNanodollarsPerMillionTokens: fc.integer({ min: 0, max: 10_000_000_000_000 }),
    reasoningNanodollarsPerMillionTokens: fc.integer({ min: 0, max: 20_000_000_000_000 }),
    nanodollarsPerRequest: fc.integer({ min: 0, max: 100_000_000 }),
    source: fc.constant('test'),
  },
  { requiredKeys: ['inputNanodollarsPerMillionTokens', 'outputNanodollarsPerMillionTokens', 'source'] },
)

const share = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }))
const plays: fc.Arbitrary<WorldPlay> = fc.record({
  kind: fc.constantFrom(
    'answer',
    'answer',
    'answer',
    'refuse',
    'limit',
    'truncate',
    'hang',
    'silent',
    'endless',
    'liar',
  ),
  inputShare: share,
  outputShare: share,
  isReasoning: fc.boolean(),
  afterMs: fc.constantFrom(0, 0, 1, 3_000, 12_000),
})

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      user: fc.constantFrom('anna', 'bert'),
      workspace: fc.constantFrom('/a', '/b'),
      first: fc.nat(2),
      count: fc.integer({ min: 1, max: 3 }),
      maxOutputTokens: fc.integer({ min: 1, max: 1_500 }),
      words: fc.string({ unit: 'grapheme', maxLength: 60 }),
      canRewind: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      durationMs: fc.constantFrom(1, 500, 4_000, 10_000, 31_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('jump' as const, 'kill' as const, 'cancel' as const, 'release' as const),
    }),
  },
)

const worlds = fc.record({
  configs: fc.array(budgetConfigs, { minLength: 1, maxLength: 4 }),
  rates: fc.tuple(rates, rates, rates),
  plays: fc.array(plays, { minLength: 1, maxLength: 12 }),
  // Shortly before the end of a month in some zone, and of an hour in all.
  startAtMs: fc
    .constantFrom(10, 13, 18, 23)
    .map((hour) => Date.UTC(2027, 0, 31, hour, 59, 40) - 30 * 60_000 * (hour % 2)),
  awayMs: fc.constantFrom(-hourMs, hourMs, dayMs, 35 * dayMs, 365 * dayMs, -365 * dayMs),
  deeds: fc.array(deeds, { minLength: 1, maxLength: 60, size: 'max' }),
})

const numRuns = Number(process.env.RUNS ?? 150)

test('whatever happens, no hard budget is billed more than its limit in any of its windows', async (t) => {
  let nearLimit = 0
  await fc.assert(
    fc.asyncProperty(worlds, async ({ configs, rates: prices, plays: played, deeds: done, ...times }) => {
      const budgets = configs.map((config, index) => budget(`budget-${index}`, config))
      const named = budgets.map((one) => ({ one, nameAt: createWindowNames(one) }))
      const endpoints = ['one', 'two', 'three'].map((name, index) => {
        const [first] = prices
        return endpoint(`a/x@${name}`, { rates: prices[index] ?? first })
      })
      const world = createBudgetWorld({ budgets, endpoints, plays: played, ...times })
      try {
        for (const deed of done) {
          await world.perform(deed)
          for (const one of named) check(world, one)
        }
        for (const { one, nameAt } of named) {
          const sums = [...billedByWindow(one, nameAt, world.bills()).values()]
          if (sums.some(({ billed, excess }) => billed - excess > one.limit * 0.7)) nearLimit += 1
        }
      } finally {
        await world.end()
      }
    }),
    { numRuns, includeErrorInReport: true },
  )
  t.diagnostic(`${nearLimit} budgets of ${numRuns} worlds were used to more than 70 %`)
  assert.ok(nearLimit > numRuns / 5, 'too few came near their limit to show anything')
})

type Named = { readonly one: Budget; readonly nameAt: (atMs: number) => string }

function check(world: ReturnType<typeof createBudgetWorld>, { one, nameAt }: Named): void {
  const windowName = nameAt(world.nowMs())
  const counters = new Map(
    world
      .gate()
      .countersOf(one)
      .map((counter) => [counter.member ?? '', counter]),
  )
  for (const [key, { billed, excess }] of billedByWindow(one, nameAt, world.bills())) {
    const where = `${one.name} (${one.limit} ${one.unit} a ${one.window}), ${key}`
    assert.ok(billed - excess <= one.limit, `${where}: billed ${billed - excess}`)
    const [member = '', name = ''] = key.split('|')
    if (name !== windowName) continue
    const counter = counters.get(member)
    const counted = (counter?.atMost ?? 0) + (counter?.held ?? 0)
    assert.ok(billed - excess <= counted, `${where}: billed ${billed - excess}, counted ${counted}`)
  }
}
