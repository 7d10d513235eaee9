/** Statistics as clients see them: one row for each value of the dimension asked for, and one for all. */
import * as z from 'zod'
import { moneySumSchema } from './money.ts'

export const statsDimensions = [
  'model',
  'provider',
  'endpoint',
  'profile',
  'workspace',
  'user',
  'prompt',
  'client',
] as const
export type StatsDimension = (typeof statsDimensions)[number]

const countSchema = z.number().int().nonnegative()

/** Milliseconds, or tokens a second; each within 1 % of the exact quantile. */
export const quantilesSchema = z
  .object({ count: countSchema, p50: z.number(), p90: z.number(), p99: z.number() })
  .readonly()
export type Quantiles = z.infer<typeof quantilesSchema>

export const statsRowSchema = z
  .object({
    /** The dimension's value; empty in the row of all, and for requests that never reached an endpoint. */
    group: z.string(),
    isPractice: z.boolean(),
    requests: countSchema,
    succeeded: countSchema,
    failed: countSchema,
    cancelled: countSchema,
    interrupted: countSchema,
    attempts: countSchema,
    failedAttempts: countSchema,
    /** Requests answered by another than the first candidate. */
    fallbacks: countSchema,
    rewinds: countSchema,
    inputTokens: countSchema,
    cachedInputTokens: countSchema,
    /** This, `cacheSavings` and `tokensPerSecond` are missing in the answers of older daemons. */
    cacheWriteTokens: countSchema.exactOptional(),
    outputTokens: countSchema,
    reasoningTokens: countSchema,
    cost: moneySumSchema,
    /** What cached input would have cost more at the input's own price; unknown where that price is. */
    cacheSavings: moneySumSchema.exactOptional(),
    /**
     * Of answered requests. Missing: nothing measured, or not known for what is asked: durations are kept for single
     * dimensions, not for their combinations.
     */
    firstTextMs: quantilesSchema.exactOptional(),
    totalMs: quantilesSchema.exactOptional(),
    /** Of attempts, after their first token. */
    tokensPerSecond: quantilesSchema.exactOptional(),
  })
  .readonly()
export type StatsRow = z.infer<typeof statsRowSchema>

/** One stretch of time of a chart. */
export const statsPointSchema = z
  .object({
    /** Unix milliseconds of its beginning. */
    atMs: z.number(),
    lengthMs: z.number(),
    rows: z.array(statsRowSchema).readonly(),
    total: statsRowSchema,
    practiceTotal: statsRowSchema,
  })
  .readonly()
export type StatsPoint = z.infer<typeof statsPointSchema>
