/**
 * The record of one request: who asked, the plan, every attempt, timings, usage, cost and outcome. Times ending in
 * `AtMs` are Unix milliseconds; the other `Ms` are durations.
 */
import * as z from 'zod'
import { failureSchema } from './failure.ts'
import { endpointIdSchema, modelIdSchema, profileNameSchema, providerIdSchema, requestIdSchema } from './ids.ts'
import { moneySchema, moneySumSchema, rateRowSchema } from './money.ts'
import { parameterNameSchema } from './parameterName.ts'
import { autoTierSchema, profileSources } from './profile.ts'
import { promptNameSchema } from './prompt.ts'
import { routePlanSchema } from './routePlan.ts'
import { nextReasons, nextSteps, outcomes } from './streamPart.ts'
import { usageSchema } from './usage.ts'

const durationMsSchema = z.number().nonnegative()

export const callerSchema = z
  .object({
    /** The client program, such as `vscode` or `waybill-cli`. */
    client: z.string(),
    user: z.string(),
    workspace: z.string().exactOptional(),
    /** The label of the client's own key, where it came with one. */
    clientKey: z.string().exactOptional(),
  })
  .readonly()
export type Caller = z.infer<typeof callerSchema>

export const finishReasons = ['stop', 'length', 'tool-calls', 'content-filter', 'other'] as const
export type FinishReason = (typeof finishReasons)[number]

export const attemptRecordSchema = z
  .object({
    /** 1, 2, 3... within the request. */
    attempt: z.number().int().positive(),
    endpoint: endpointIdSchema,
    provider: providerIdSchema,
    model: modelIdSchema,
    isPractice: z.boolean(),
    /** The name of the key that was used. */
    key: z.string().exactOptional(),
    /** What the request asked for and this endpoint does not know; it was sent without. */
    droppedParameters: z.array(parameterNameSchema).readonly().exactOptional(),
    startedAtMs: z.number(),
    /** From the attempt's start to the provider's response head; missing if none came. */
    headMs: durationMsSchema.exactOptional(),
    /** From the attempt's start to its first text; missing if none came. */
    firstTextMs: durationMsSchema.exactOptional(),
    totalMs: durationMsSchema,
    outcome: z.enum(outcomes),
    failure: failureSchema.exactOptional(),
    /** What was decided after a failure. */
    next: z.enum(nextSteps).exactOptional(),
    /** And because of what. */
    nextBecause: z.enum(nextReasons).exactOptional(),
    /** Its text had been drawn and was taken back. */
    isRewound: z.boolean(),
    finishReason: z.enum(finishReasons).exactOptional(),
    usage: usageSchema.exactOptional(),
    /** The provider counted so far when the answer was cut: more may have been used. */
    isUsagePartial: z.literal(true).exactOptional(),
    cost: moneySchema,
    /** Of the answer, in UTF-8. Said where the cost is estimated from them. */
    receivedBytes: z.number().int().nonnegative().exactOptional(),
    /** What the provider itself says that it bills; `cost` is what the price row makes of its counts. */
    reportedNanodollars: z.number().int().nonnegative().exactOptional(),
    /** The price row that the cost was computed with. */
    rates: rateRowSchema.exactOptional(),
    /** The most it could have cost: what was held before it began. */
    bound: moneySchema,
    /** A budget had less left than it could use: it was sent with this output limit. */
    cutOutput: z
      .object({ budget: z.string(), maxOutputTokens: z.number().int().positive() })
      .readonly()
      .exactOptional(),
    /** Its cost is what the user said of it, because nobody saw it end. */
    isReleased: z.literal(true).exactOptional(),
    /** It answered with more than it was asked for at most. */
    isOverBound: z.literal(true).exactOptional(),
  })
  .readonly()
export type AttemptRecord = z.infer<typeof attemptRecordSchema>

export const waybillSchema = z
  .object({
    requestId: requestIdSchema,
    startedAtMs: z.number(),
    /** From the request's arrival to its first text that stayed. */
    firstTextMs: durationMsSchema.exactOptional(),
    totalMs: durationMsSchema,
    caller: callerSchema,
    profile: profileNameSchema.exactOptional(),
    profileSource: z.enum(profileSources).exactOptional(),
    /** A budget had nothing left: it went on with the budget's own profile instead of this one. */
    switchedFrom: z.object({ profile: profileNameSchema, budget: z.string() }).readonly().exactOptional(),
    prompt: promptNameSchema.exactOptional(),
    /** Date of the catalogue that prices and limits were taken from, YYYY-MM-DD. */
    catalogDate: z.string().exactOptional(),
    /** How long it waited for an endpoint because all were cooling. */
    waitedMs: durationMsSchema.exactOptional(),
    /** Of an `auto` profile. */
    tier: autoTierSchema.exactOptional(),
    plan: routePlanSchema.exactOptional(),
    attempts: z.array(attemptRecordSchema).readonly(),
    outcome: z.enum(outcomes),
    failure: failureSchema.exactOptional(),
    cost: moneySumSchema,
  })
  .readonly()
export type Waybill = z.infer<typeof waybillSchema>
