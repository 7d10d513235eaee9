/** Latency, tokens, cost and errors. */
import * as z from 'zod'
import { spendForecastsSchema } from '../domain/spendForecast.ts'
import { statsDimensions, statsPointSchema, statsRowSchema } from '../domain/stats.ts'
import { notificationType, requestType } from './messageType.ts'

export const namedRanges = ['today', 'yesterday', '7d', '30d', '90d', 'month', 'all'] as const
export const statsBuckets = ['15m', 'hour', '6h', 'day', 'auto'] as const
export const statsGroupings = [...statsDimensions, 'none'] as const

const valuesSchema = z.array(z.string()).min(1).max(100).readonly()

export const stats = requestType({
  method: 'waybill/stats',
  doc: 'Sums up the requests of a range of time (named ranges are whole UTC days), grouped by one dimension. Practice is in rows of its own and never in `total`.',
  params: z.object({
    /** Default `today`; not beside `fromMs` and `toMs`. */
    range: z.enum(namedRanges).exactOptional(),
    /** Unix milliseconds; default: everything before `toMs`. */
    fromMs: z.number().int().nonnegative().exactOptional(),
    /** Not included; default: now. */
    toMs: z.number().int().nonnegative().exactOptional(),
    /** Default `model`; with `none` there are only totals. */
    groupBy: z.enum(statsGroupings).exactOptional(),
    /** Only requests of this workspace, as the daemon names it. */
    workspace: z.string().exactOptional(),
    /** Only requests with one of the values of each dimension named. */
    where: z.partialRecord(z.enum(statsDimensions), valuesSchema).readonly().exactOptional(),
    /** Also the same for each stretch of this length, counted from the range's beginning. */
    series: z.enum(statsBuckets).exactOptional(),
    /** Also what will be spent until the end of this day, week and month. */
    forecast: z.boolean().exactOptional(),
  }),
  result: z.object({
    range: z.enum([...namedRanges, 'custom']),
    groupBy: z.enum(statsGroupings),
    /** This and `toMs` are missing in the answers of older daemons. */
    fromMs: z.number().exactOptional(),
    toMs: z.number().exactOptional(),
    /** Most requests first. */
    rows: z.array(statsRowSchema).readonly(),
    total: statsRowSchema,
    practiceTotal: statsRowSchema,
    /** Length of a stretch of the series. */
    bucketMs: z.number().exactOptional(),
    /** Oldest first; stretches without requests are left out. */
    series: z.array(statsPointSchema).readonly().exactOptional(),
    forecast: spendForecastsSchema.exactOptional(),
  }),
})

export const statsChanged = notificationType({
  method: 'waybill/stats/changed',
  doc: 'Topic `stats`: something was counted; ask again. At most four times a second.',
  params: z.object({}),
})
