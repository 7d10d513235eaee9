/**
 * The record of what each plan was made from, so that it can be explained and computed again. Recording never makes a
 * request wait or fail: what cannot be kept is a warning in the log, and later said as missing.
 */
import type { AutoChoice } from '../../shared/domain/explanation.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import type { RoutePlan } from '../../shared/domain/routePlan.ts'
import type { RecordedPlan } from '../core/routing/explainPlan.ts'
import type { PlanInput } from '../core/routing/planInput.ts'
import type { Settings } from './settings.ts'

/** One plan of a request; a request that waited was planned more than once. */
export type Decision = {
  readonly requestId: RequestId
  readonly input: PlanInput
  readonly plan: RoutePlan
  /** The catalogue and configuration in force; only their hashes are kept. */
  readonly settings: Settings
  readonly auto?: AutoChoice
}

export type Decisions = {
  readonly record: (decision: Decision) => void
  /** All plans of a request, oldest first; none when nothing was kept or it is gone. */
  readonly find: (requestId: RequestId) => readonly RecordedPlan[]
}
