/** Why a request went where it went: the plan with the numbers behind it, computed again from what was recorded. */
import * as z from 'zod'
import { autoDecisionSchema } from './autoDecision.ts'
import { endpointIdSchema } from './ids.ts'
import { moneySchema } from './money.ts'
import { rejectedEndpointSchema, rejectionReasons, routePlanSchema } from './routePlan.ts'

const nanodollarsSchema = z.number().int().nonnegative()

export const candidateScoreSchema = z
  .object({
    endpoint: endpointIdSchema,
    /** Of this request at the endpoint's price, estimated; missing: the price is unknown. */
    priceNanodollars: nanodollarsSchema.exactOptional(),
    /**
     * `price-weighted`: how likely it was to be drawn first among those it is compared with: of its model (of all with
     * `partition: none`), as stable and as near to what is preferred. Missing where nothing was drawn among them.
     */
    drawRatio: z.number().exactOptional(),
    /** `adaptive`: what waiting for it and its failures are charged, and the sum by which it was ordered. */
    waitingNanodollars: nanodollarsSchema.exactOptional(),
    failureNanodollars: nanodollarsSchema.exactOptional(),
    totalNanodollars: nanodollarsSchema.exactOptional(),
    /** `adaptive`: it goes first although another has the least sum, to be looked at again. */
    isExploring: z.literal(true).exactOptional(),
    /** p50 of the last five minutes. */
    firstTokenMs: z.number().exactOptional(),
    tokensPerSecond: z.number().exactOptional(),
    /** Measured so far. */
    attempts: z.number().int().nonnegative(),
    isUnstable: z.boolean(),
    /** Its breaker is half-open: this request tries whether it is back. */
    isProbe: z.boolean(),
    /** It holds the conversation in its prompt cache. */
    isSticky: z.boolean(),
  })
  .readonly()
export type CandidateScore = z.infer<typeof candidateScoreSchema>

/** A limit of `max_price` that the endpoint is above, both in nanodollars: for a million tokens, each request or image. */
export const exceededPriceSchema = z
  .object({ of: z.enum(['prompt', 'completion', 'request', 'image']), limit: z.number(), value: z.number() })
  .readonly()
export type ExceededPrice = z.infer<typeof exceededPriceSchema>

/** A rejected endpoint that would have been first without this one reason. */
export const nearMissSchema = z
  .object({
    endpoint: endpointIdSchema,
    reason: z.enum(rejectionReasons),
    /** What was demanded, and what the endpoint has, in tokens. */
    limit: z.number().exactOptional(),
    value: z.number().exactOptional(),
    /** `price-too-high`: each limit that would have to rise, and the price that it would have to allow. */
    prices: z.array(exceededPriceSchema).readonly().exactOptional(),
  })
  .readonly()
export type NearMiss = z.infer<typeof nearMissSchema>

/**
 * Whether the recorded inputs give the recorded plan again, byte for byte. `other-version`: planned by other rules than
 * this build's. `inputs-missing`: nothing was recorded, or it is gone (it is kept for 14 days).
 */
export const recomputations = ['same', 'different', 'other-version', 'inputs-missing'] as const

/** One planning of a request; a request that waited was planned more than once. */
export const planExplanationSchema = z
  .object({
    atMs: z.number(),
    recomputed: z.enum(recomputations),
    plan: routePlanSchema,
    /** Empty when the inputs are missing. */
    scores: z.array(candidateScoreSchema).readonly(),
    /** Why the first of several is the first, as a clause; missing when the inputs are. */
    firstBecause: z.string().exactOptional(),
    /** With a sentence for each reason. */
    rejected: z.array(rejectedEndpointSchema.unwrap().extend({ text: z.string() }).readonly()).readonly(),
    nearMiss: nearMissSchema.unwrap().extend({ text: z.string() }).readonly().exactOptional(),
    auto: autoDecisionSchema.exactOptional(),
  })
  .readonly()
export type PlanExplanation = z.infer<typeof planExplanationSchema>

/** What a request would cost if it were sent now. */
export const forecastSchema = z
  .object({
    inputTokens: z.number().int().nonnegative(),
    maxOutputTokens: z.number().int().nonnegative(),
    /** The most that the first candidate could charge. */
    bound: moneySchema,
    firstTokenMs: z.number().exactOptional(),
  })
  .readonly()

/** What became of one attempt and what was decided after it, in words. */
export const attemptExplanationSchema = z
  .object({ attempt: z.number().int().positive(), endpoint: endpointIdSchema, text: z.string() })
  .readonly()
export type AttemptExplanation = z.infer<typeof attemptExplanationSchema>
