/**
 * Why a plan is as it is: it is computed again from its recorded input and compared byte for byte, and the numbers and
 * sentences behind it are made. Only when somebody asks: planning itself makes no texts.
 */
import type { AutoDecision } from '../../../shared/domain/autoDecision.ts'
import type { PlanExplanation } from '../../../shared/domain/explanation.ts'
import type { RoutePlan } from '../../../shared/domain/routePlan.ts'
import { firstBecauseOf } from './explainFirst.ts'
import { scoresOf } from './explainOrder.ts'
import { nearMissText, rejectionText } from './explainTexts.ts'
import { nearMissOf } from './nearMiss.ts'
import type { PlanInput } from './planInput.ts'
import { planRoute, planVersion } from './planRoute.ts'

export type RecordedPlan = {
  readonly atMs: number
  readonly plan: RoutePlan
  /** Missing: it was not kept, or is gone or damaged. */
  readonly input?: PlanInput
  readonly auto?: AutoDecision
}

/** Scores and near miss follow this build's rules, so they are left out where the plan followed others. */
export function explainPlan({ atMs, plan, input, auto }: RecordedPlan): PlanExplanation {
  const recomputed = recomputationOf(plan, input)
  const known = recomputed === 'same' ? input : undefined
  const scores = known === undefined ? [] : scoresOf(known, plan)
  const firstBecause = known === undefined ? undefined : firstBecauseOf(known, plan, scores)
  const nearMiss = known === undefined ? undefined : nearMissOf(known, plan)
  return {
    atMs,
    recomputed,
    plan,
    scores,
    ...(firstBecause !== undefined && { firstBecause }),
    rejected: plan.rejected.map((rejected) => ({ ...rejected, text: rejectionText(rejected, input) })),
    ...(nearMiss !== undefined && { nearMiss: { ...nearMiss, text: nearMissText(nearMiss) } }),
    ...(auto !== undefined && { auto }),
  }
}

function recomputationOf(plan: RoutePlan, input: PlanInput | undefined): PlanExplanation['recomputed'] {
  if (plan.version !== planVersion) return 'other-version'
  if (input === undefined) return 'inputs-missing'
  return JSON.stringify(planRoute(input)) === JSON.stringify(plan) ? 'same' : 'different'
}
