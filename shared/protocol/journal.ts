/** Past requests. */
import * as z from 'zod'
import { requestIdSchema } from '../domain/ids.ts'
import { waybillSchema } from '../domain/waybill.ts'
import { waybillFilterSchema } from '../domain/waybillFilter.ts'
import { requestType } from './messageType.ts'

export const journalLimits = { usual: 20, most: 500 } as const

const capturedSchema = z
  .object({
    /** What was sent, with keys replaced and without the bytes of pictures. */
    messages: z.array(z.object({ role: z.string(), text: z.string() }).readonly()).readonly(),
    /** What was answered; what was taken back is left out. */
    answer: z.string(),
  })
  .readonly()
export type Captured = z.infer<typeof capturedSchema>

export const journal = requestType({
  method: 'waybill/journal',
  doc: 'Waybills of past requests, newest first and page by page, or the one of a request.',
  params: z.object({
    limit: z.number().int().min(1).max(journalLimits.most).exactOptional(),
    requestId: requestIdSchema.exactOptional(),
    filter: waybillFilterSchema.exactOptional(),
    /** Of an earlier page with the same filter: the next one begins where it stopped. */
    cursor: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}\.\d{1,15}$/)
      .exactOptional(),
    /** With `requestId`: also what was captured of it. */
    withContent: z.boolean().exactOptional(),
  }),
  result: z.object({
    waybills: z.array(waybillSchema).readonly(),
    /** Where the next page begins; missing at the journal's beginning, and with `requestId`. */
    cursor: z.string().exactOptional(),
    /** With a filter a page ends after a while: the time of the oldest line that it looked at, Unix milliseconds. */
    lookedBackToMs: z.number().exactOptional(),
    /** Nothing lies further back. Missing in answers of older daemons. */
    isEnd: z.boolean().exactOptional(),
    /** Missing when nothing was captured. */
    captured: capturedSchema.exactOptional(),
  }),
})
