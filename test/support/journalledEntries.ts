/** What the gateway journals of three requests: one that falls back, one that succeeds at once, one that fails. */
import type { JournalEntry } from '../../daemon/core/journal/entry.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import { endpoint } from './endpoints.ts'
import { done, head, text, usage } from './fakeUpstream.ts'
import { createRig, requestFor, startRequest } from './gatewayRig.ts'

const outage = [[{ type: 'failure' as const, failure: { kind: 'unreachable' as const, message: 'nobody answers' } }]]
const refusal = [[{ type: 'failure' as const, failure: { kind: 'invalid-request' as const, message: 'no' } }]]
const answer = [[head], [text('a')], [usage(10, 20), done]]
const rates = { inputNanodollarsPerMillionTokens: 3_000_000, outputNanodollarsPerMillionTokens: 2, source: 'test' }

export async function journalledEntries(): Promise<readonly JournalEntry[]> {
  const rig = createRig([outage, answer, answer, refusal])
  const endpoints = [endpoint('a/x@one', { rates }), endpoint('a/x@two', { rates })]
  for (const id of ['request-1', 'request-2', 'request-3']) {
    await startRequest(rig.ports, requestFor(endpoints, { requestId: id as RequestId })).ended
  }
  return rig.journal.all()
}
