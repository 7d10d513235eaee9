/** What became of an answer, told by the client that showed it. */
import * as z from 'zod'
import { answerOutcomes } from '../domain/autoDecision.ts'
import { requestIdSchema } from '../domain/ids.ts'
import { requestType } from './messageType.ts'

export const feedback = requestType({
  method: 'waybill/feedback',
  doc: 'Tells what became of an answer: `accepted`, `rejected` (thrown away) or `retried` (asked for again). Profiles with `auto` learn from it.',
  params: z.object({ requestId: requestIdSchema, outcome: z.enum(answerOutcomes) }),
  result: z.object({
    /** False: the same was told of this request before. */
    isCounted: z.boolean(),
  }),
})
