/** Past requests. */
import * as z from 'zod'
import { requestIdSchema } from '../domain/ids.ts'
import { waybillSchema } from '../domain/waybill.ts'
import { requestType } from './messageType.ts'

export const journal = requestType({
  method: 'waybill/journal',
  doc: 'The most recent waybills, newest first, or the one of a request.',
  params: z.object({
    limit: z.number().int().min(1).max(500).exactOptional(),
    requestId: requestIdSchema.exactOptional(),
  }),
  result: z.object({ waybills: z.array(waybillSchema).readonly() }),
})
