/** What a client says became of an answer: written to the journal once for each request and outcome. */
import type { AnswerOutcome } from '../../shared/domain/autoDecision.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import type { Ledger } from './ledger.ts'
import type { Clock } from './ports.ts'

/** How long after a request its outcome is still taken. */
const rememberedMs = 14 * 86_400_000

export function recordFeedback(
  { ledger, clock }: { readonly ledger: Ledger; readonly clock: Clock },
  told: { readonly requestId: RequestId; readonly outcome: AnswerOutcome },
): Failure | { readonly isCounted: boolean } {
  const { requestId, outcome } = told
  const sinceMs = clock.wallMs() - rememberedMs
  if (ledger.findWaybill(requestId, sinceMs) === undefined) {
    const message = `No request ${requestId} that ended in the last 14 days is known. Expected the id of one, from its waybill.`
    return { kind: 'not-found', message }
  }
  const notes = ledger.findNotes(requestId, sinceMs)
  if (notes.some((note) => note.type === 'feedback' && note.outcome === outcome)) return { isCounted: false }
  const decision = notes.find((note) => note.type === 'auto')?.decision
  const entry = { type: 'feedback', atMs: clock.wallMs(), requestId, outcome } as const
  return ledger.note({ ...entry, ...(decision !== undefined && { decision }) }) ?? { isCounted: true }
}
