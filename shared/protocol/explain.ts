/** Why a request went where it went, or where it would go. */
import * as z from 'zod'
import { attemptExplanationSchema, forecastSchema, planExplanationSchema } from '../domain/explanation.ts'
import { requestIdSchema } from '../domain/ids.ts'
import { waybillSchema } from '../domain/waybill.ts'
import { chatParamsSchema } from './chat.ts'
import { requestType } from './messageType.ts'

/** What would be sent: the params of `waybill/chat` without an id. */
const chatWishSchema = z
  .object(chatParamsSchema.shape)
  .omit({ requestId: true })
  .refine((params) => (params.prompt === undefined) !== (params.messages === undefined), {
    message: 'expected exactly one of `prompt` and `messages`',
  })

const explanationSchema = z
  .object({
    /** One sentence: why this endpoint. */
    answer: z.string(),
    /** Oldest first; more than one when the request waited; none when it was refused before any plan. */
    plans: z.array(planExplanationSchema).readonly(),
    attempts: z.array(attemptExplanationSchema).readonly(),
    /** Of a past request. */
    waybill: waybillSchema.exactOptional(),
    /** Of one that was not sent, at the first candidate. */
    forecast: forecastSchema.exactOptional(),
  })
  .readonly()
export type Explanation = z.infer<typeof explanationSchema>

export const explain = requestType({
  method: 'waybill/explain',
  doc: 'Why a past request went where it went; or with `chat`, where a request would go now, without sending, reserving or recording anything.',
  params: z
    .object({ requestId: requestIdSchema.exactOptional(), chat: chatWishSchema.exactOptional() })
    .refine((params) => (params.requestId === undefined) !== (params.chat === undefined), {
      message: 'expected exactly one of `requestId` and `chat`',
    }),
  result: explanationSchema,
})
