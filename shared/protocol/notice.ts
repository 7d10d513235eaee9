/** What a person should hear of without having asked. */
import * as z from 'zod'
import { budgetNameSchema } from '../domain/budget.ts'
import { endpointIdSchema, providerIdSchema } from '../domain/ids.ts'
import { notificationType } from './messageType.ts'

export const noticeSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('key-refused'),
      provider: providerIdSchema,
      /** The environment variable that holds the key; missing: the provider refused although it needs none. */
      key: z.string().exactOptional(),
      /** What the provider answered: 401, 402 or 403. Missing: the key cannot even be sent. */
      httpStatus: z.number().int().exactOptional(),
      message: z.string(),
    })
    .readonly(),
  z
    .object({
      kind: z.literal('budget-mark'),
      budget: budgetNameSchema,
      /** The workspace, user... whose counter it is; missing: everything. */
      member: z.string().exactOptional(),
      /** Of the limit; one of the budget's marks. */
      percent: z.number(),
      message: z.string(),
    })
    .readonly(),
  z
    .object({
      /** It answered with more than its bound; hard budgets keep it out until it is allowed again. */
      kind: z.literal('endpoint-barred'),
      endpoint: endpointIdSchema,
      message: z.string(),
    })
    .readonly(),
])
export type Notice = z.infer<typeof noticeSchema>

export const notice = notificationType({
  method: 'waybill/notice',
  doc: 'Topic `notices`: something a person should hear of, said once for each incident, such as a key that its provider refused or a mark of a budget that was passed.',
  params: noticeSchema,
})
