/**
 * Planning one request among 5, 20 and 500 endpoints of one model with prices, percentiles and averages: 5 and 20 with
 * preferences that make the planner look at all, 500 with a price limit and a data policy by each strategy.
 */
import type { PlanInput } from '../../daemon/core/routing/planInput.ts'
import { planRoute } from '../../daemon/core/routing/planRoute.ts'
import { dollars, planned, plannedModels, provider } from '../support/endpoints.ts'
import type { Bench } from './benchDaemon.ts'
import { type Figure, medianOf } from './figures.ts'

export function measurePlanning(bench: Bench): readonly Figure[] {
  const preferences = (count: number) => ({
    order: [provider(`provider-${count - 1}`), provider(`provider-${count - 2}`)],
    ignore: [provider('provider-0')],
  })
  const many = inputFor(500, { max_price: { prompt: 100 }, data_collection: 'deny' })
  const row = (id: string, title: string, input: PlanInput, limit: number): Figure => {
    return { id, title, value: planningUs(input, bench), unit: 'us', limit }
  }
  return [
    row('planning-5', 'planning, 5 endpoints', inputFor(5, preferences(5)), 15),
    row('planning-20', 'planning, 20 endpoints', inputFor(20, preferences(20)), 50),
    row('planning-500', 'planning, 500 endpoints, price-weighted', { ...many, strategy: 'price-weighted' }, 300),
    row('planning-500-adaptive', 'planning, 500 endpoints, adaptive', { ...many, strategy: 'adaptive' }, 300),
  ]
}

/** A plan of that many endpoints of one model, of which one has no key. */
export function inputFor(count: number, preferences: PlanInput['preferences']): PlanInput {
  return {
    nowMs: 0,
    seed: 1,
    models: plannedModels(
      Array.from({ length: count }, (_, index) => {
        const firstTokenMs = 200 + ((index * 37) % 900)
        const percentiles = { count: 50, p50: firstTokenMs, p75: firstTokenMs, p90: 2 * firstTokenMs, p99: 3_000 }
        return planned(
          `bench/model@provider-${index}`,
          { ...dollars(String(1 + ((index * 17) % 40) / 10)), contextTokens: 100_000, dataCollection: 'deny' },
          {
            keys: index === 1 ? { state: 'missing' } : { state: 'ready', readyAtMs: 0 },
            latency: percentiles,
            measured: {
              attempts: 50,
              firstTokenMs,
              tokensPerSecond: 80,
              failedRatio: 0,
              rateLimitedRatio: 0,
              cachedRatio: 0,
            },
          },
        )
      }),
    ),
    preferences,
    needs: { inputTokens: 2_000, requiredOutputTokens: 1_000, parameters: ['seed', 'tools'], modalities: [] },
  }
}

function planningUs(input: PlanInput, bench: Bench): number {
  const batches = bench.isSmoke ? 3 : 200
  const plansInBatch = 100
  const samples: number[] = []
  for (let batch = 0; batch < batches; batch += 1) {
    const startedMs = performance.now()
    for (let plan = 0; plan < plansInBatch; plan += 1) {
      if (planRoute(input).candidates.length < 3) throw new Error('expected more endpoints in the plan')
    }
    samples.push(((performance.now() - startedMs) * 1_000) / plansInBatch)
  }
  // The first half warms up.
  return medianOf(samples.slice(batches / 2))
}
