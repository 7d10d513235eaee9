/** The record of an attempt that has ended, as the journal and the waybill keep it. */
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { ParameterName } from '../../shared/domain/parameterName.ts'
import type { AttemptRecord } from '../../shared/domain/waybill.ts'
import type { NextStep } from '../core/resilience/nextStep.ts'
import type { AttemptEnd } from './attempt.ts'

type Ended = Pick<
  AttemptRecord,
  'attempt' | 'startedAtMs' | 'outcome' | 'isRewound' | 'cost' | 'bound' | 'cutOutput'
> & {
  readonly attemptEnd: AttemptEnd
  readonly step: NextStep
  readonly dropped: readonly ParameterName[]
  readonly receivedBytes: number
  readonly isOverBound: boolean
}

export function attemptRecordOf(
  { endpoint, key }: { readonly endpoint: Endpoint; readonly key?: string },
  ended: Ended,
): AttemptRecord {
  const { attempt, startedAtMs, attemptEnd, outcome, step, isRewound, cost, bound, dropped, cutOutput } = ended
  const { failure, usage, isUsagePartial, reportedNanodollars, finishReason, headMs, firstTextMs, totalMs } = attemptEnd
  return {
    attempt,
    endpoint: endpoint.id,
    provider: endpoint.provider,
    model: endpoint.model,
    isPractice: endpoint.isPractice,
    ...(key !== undefined && { key }),
    ...(dropped.length > 0 && { droppedParameters: dropped }),
    startedAtMs,
    ...(headMs !== undefined && { headMs }),
    ...(firstTextMs !== undefined && { firstTextMs }),
    totalMs,
    outcome,
    ...(failure !== undefined && { failure, next: step.kind, nextBecause: step.because }),
    isRewound,
    ...(finishReason !== undefined && { finishReason }),
    ...(usage !== undefined && { usage }),
    ...(isUsagePartial && { isUsagePartial }),
    cost,
    ...(cost.kind === 'estimated' && { receivedBytes: ended.receivedBytes }),
    ...(reportedNanodollars !== undefined && { reportedNanodollars }),
    ...(endpoint.rates !== undefined && { rates: endpoint.rates }),
    bound,
    ...(cutOutput !== undefined && { cutOutput }),
    ...(ended.isOverBound && { isOverBound: true as const }),
  }
}
