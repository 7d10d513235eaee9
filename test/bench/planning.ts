/** Planning one request among 5 and 20 endpoints of one model, with preferences that make the planner look at all. */
import { planRoute } from '../../daemon/core/routing/planRoute.ts'
import { planned, plannedModels, provider } from '../support/endpoints.ts'
import type { Bench } from './benchDaemon.ts'
import { type Figure, medianOf } from './figures.ts'

export function measurePlanning(bench: Bench): readonly Figure[] {
  return [
    { id: 'planning-5', title: 'planning, 5 endpoints', value: planningUs(5, bench), unit: 'us', limit: 15 },
    { id: 'planning-20', title: 'planning, 20 endpoints', value: planningUs(20, bench), unit: 'us', limit: 50 },
  ]
}

function planningUs(count: number, bench: Bench): number {
  const input = {
    nowMs: 0,
    seed: 1,
    models: plannedModels(
      Array.from({ length: count }, (_, index) =>
        planned(
          `bench/model@provider-${index}`,
          { contextTokens: 100_000, outputTokens: 8_000 },
          index === 1 ? { keys: { state: 'missing' } } : {},
        ),
      ),
    ),
    preferences: {
      order: [provider(`provider-${count - 1}`), provider(`provider-${count - 2}`)],
      ignore: [provider('provider-0')],
    },
    needs: { inputTokens: 2_000, requiredOutputTokens: 1_000, parameters: [], modalities: [] },
  }
  const batches = bench.isSmoke ? 3 : 200
  const plansInBatch = 500
  const samples: number[] = []
  for (let batch = 0; batch < batches; batch += 1) {
    const startedMs = performance.now()
    for (let plan = 0; plan < plansInBatch; plan += 1) {
      if (planRoute(input).candidates.length !== count - 2)
        throw new Error('expected all but two endpoints in the plan')
    }
    samples.push(((performance.now() - startedMs) * 1_000) / plansInBatch)
  }
  // The first half warms up.
  return medianOf(samples.slice(batches / 2))
}
