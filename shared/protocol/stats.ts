/** Latency, tokens, cost and errors. */
import * as z from 'zod'
import { statsDimensions, statsRowSchema } from '../domain/stats.ts'
import { requestType } from './messageType.ts'

export const statsRanges = ['today', '7d', '30d'] as const

export const stats = requestType({
  method: 'waybill/stats',
  doc: 'Sums up the requests of a range of days (UTC), grouped by one dimension. Practice is in rows of its own and never in `total`.',
  params: z.object({
    range: z.enum(statsRanges).exactOptional(),
    groupBy: z.enum(statsDimensions).exactOptional(),
    /** Only requests of this workspace, as the daemon names it. */
    workspace: z.string().exactOptional(),
  }),
  result: z.object({
    range: z.enum(statsRanges),
    groupBy: z.enum(statsDimensions),
    /** Most requests first. */
    rows: z.array(statsRowSchema).readonly(),
    total: statsRowSchema,
    practiceTotal: statsRowSchema,
  }),
})
