/**
 * What the end of a call says about the endpoint itself. `neither`: the caller's own mistake, a limit of its key, a
 * refusal of what was said, or a call that was given up; the breaker does not count those.
 */
import type { FailureKind } from '../../../shared/domain/failure.ts'
import type { AttemptRecord } from '../../../shared/domain/waybill.ts'

export type Verdict = 'success' | 'failure' | 'neither'

const brokenKinds: ReadonlySet<FailureKind> = new Set([
  'overloaded',
  'provider-error',
  'unreachable',
  'protocol-violation',
  'truncated',
])

export function verdictOf(record: Pick<AttemptRecord, 'outcome' | 'failure'>): Verdict {
  if (record.outcome === 'succeeded') return 'success'
  const { failure } = record
  if (record.outcome !== 'failed' || failure === undefined) return 'neither'
  // A `total` timeout is the request's own time: an answer that is long is no outage.
  if (failure.kind === 'timeout') return failure.phase === 'total' ? 'neither' : 'failure'
  return brokenKinds.has(failure.kind) ? 'failure' : 'neither'
}
