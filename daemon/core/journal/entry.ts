/**
 * The lines of the journal. `reserve` and `end` stand once per attempt, `request` once per request, also when it was
 * refused before any attempt. A waybill is the fold of a request's lines. `checkpoint` opens each day's file and carries
 * what the days before left behind; `recovered` says what was found broken at a start, `rekeyed` that the chain goes
 * on with another key, because the one before was lost; `retention` and `forgotten` say
 * what was taken out on purpose.
 */
import * as z from 'zod'
import { budgetHoldSchema } from '../../../shared/domain/budget.ts'
import { requestIdSchema } from '../../../shared/domain/ids.ts'
import { moneySchema, moneySumSchema } from '../../../shared/domain/money.ts'
import { attemptRecordSchema, waybillSchema } from '../../../shared/domain/waybill.ts'
import { allowEntrySchema, budgetCheckpointSchema, releaseEntrySchema } from '../budgets/budgetEntries.ts'
import { resilienceSnapshotSchema } from '../resilience/resilienceState.ts'
import { autoCheckpointSchema, autoEntrySchema, feedbackEntrySchema } from './autoEntries.ts'

/** Format of the journal's files; an older build never opens newer ones. Lines of schema 2 are short and chained. */
export const journalSchemaVersion = 2

/** What a request counts towards, known before its first attempt. */
const requestScopeSchema = z
  .object({
    client: z.string(),
    user: z.string(),
    workspace: z.string().exactOptional(),
    clientKey: z.string().exactOptional(),
    profile: waybillSchema.unwrap().shape.profile,
    profileSource: waybillSchema.unwrap().shape.profileSource,
    switchedFrom: waybillSchema.unwrap().shape.switchedFrom,
    prompt: waybillSchema.unwrap().shape.prompt,
    tier: waybillSchema.unwrap().shape.tier,
    catalogDate: waybillSchema.unwrap().shape.catalogDate,
    plan: waybillSchema.unwrap().shape.plan,
  })
  .readonly()

export const reserveEntrySchema = z
  .object({
    type: z.literal('reserve'),
    atMs: z.number(),
    requestId: requestIdSchema,
    requestStartedAtMs: z.number(),
    attempt: z.number().int().positive(),
    endpoint: attemptRecordSchema.unwrap().shape.endpoint,
    provider: attemptRecordSchema.unwrap().shape.provider,
    model: attemptRecordSchema.unwrap().shape.model,
    isPractice: z.boolean(),
    /** The name of the key that is used. */
    key: z.string().exactOptional(),
    /** Tells the key's value from another one, and tells nothing else of it. */
    keyPrint: z.string().exactOptional(),
    bound: moneySchema,
    boundInputTokens: z.number().int().nonnegative(),
    boundOutputTokens: z.number().int().nonnegative(),
    /** Of budgets. Missing: none applies. */
    holds: z.array(budgetHoldSchema).readonly().exactOptional(),
    scope: requestScopeSchema,
  })
  .readonly()
export type ReserveEntry = z.infer<typeof reserveEntrySchema>

export const endEntrySchema = z
  .object({
    type: z.literal('end'),
    atMs: z.number(),
    requestId: requestIdSchema,
    record: attemptRecordSchema,
  })
  .readonly()
export type EndEntry = z.infer<typeof endEntrySchema>

export const requestEntrySchema = z
  .object({
    type: z.literal('request'),
    atMs: z.number(),
    /** The waybill without its attempts: those are the request's `end` lines. */
    waybill: waybillSchema.unwrap().omit({ attempts: true }),
    /** How many `end` lines belong to it. */
    attemptCount: z.number().int().nonnegative(),
  })
  .readonly()
export type RequestEntry = z.infer<typeof requestEntrySchema>

const endpointHealthSchema = z
  .object({
    failuresInARow: z.number().int().nonnegative(),
    lastSuccessAtMs: z.number().exactOptional(),
    lastFailureAtMs: z.number().exactOptional(),
  })
  .readonly()

/** A request that reached an endpoint and has not ended. */
const requestUnderWaySchema = z
  .object({
    /** Its last attempt: where its `request` entry will be counted. */
    lastReserve: reserveEntrySchema,
    /** Of its attempts that ended. */
    cost: moneySumSchema,
  })
  .readonly()
export type RequestUnderWay = z.infer<typeof requestUnderWaySchema>

export const checkpointEntrySchema = z
  .object({
    type: z.literal('checkpoint'),
    schema: z.literal([1, journalSchemaVersion]),
    atMs: z.number(),
    /** UTC day of the file, YYYY-MM-DD. */
    day: z.string(),
    openReservations: z.array(reserveEntrySchema).readonly(),
    requestsUnderWay: z.array(requestUnderWaySchema).readonly(),
    /** By endpoint. Missing, like `resilience`, in files of older builds. */
    health: z.record(z.string(), endpointHealthSchema).exactOptional(),
    /** Breakers, keys and first-token times. */
    resilience: resilienceSnapshotSchema.exactOptional(),
    auto: autoCheckpointSchema.exactOptional(),
    budgets: budgetCheckpointSchema.exactOptional(),
  })
  .readonly()
export type CheckpointEntry = z.infer<typeof checkpointEntrySchema>

export const recoveredEntrySchema = z
  .object({
    type: z.literal('recovered'),
    atMs: z.number(),
    /** Bytes of a torn last line, moved aside. */
    tornBytes: z.number().int().nonnegative(),
    /** File under journal/torn/ that holds them. */
    tornFile: z.string().exactOptional(),
  })
  .readonly()

/** Nobody can check the lines before it any more. */
const rekeyedEntrySchema = z.object({ type: z.literal('rekeyed'), atMs: z.number() }).readonly()

/** A day's file that was removed as a whole, and the chain's value at its end; missing if it was not chained. */
const removedDaySchema = z.object({ day: z.string(), head: z.string().exactOptional() }).readonly()
export type RemovedDay = z.infer<typeof removedDaySchema>

export const retentionEntrySchema = z
  .object({ type: z.literal('retention'), atMs: z.number(), days: z.array(removedDaySchema).readonly() })
  .readonly()

/** What the user asked to forget. A workspace is told by a print: its path is forgotten too. */
const forgetCriterionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('workspace'), print: z.string() }).readonly(),
  z.object({ kind: z.literal('before'), day: z.string() }).readonly(),
  z.object({ kind: z.literal('all') }).readonly(),
])

export const forgottenEntrySchema = z
  .object({
    type: z.literal('forgotten'),
    atMs: z.number(),
    criterion: forgetCriterionSchema,
    requests: z.number().int().nonnegative(),
    removedDays: z.array(removedDaySchema).readonly(),
    /** For each file that was written anew: how many of its lines are no longer what they were, and the hash of those. */
    rewrittenDays: z
      .array(z.object({ day: z.string(), lines: z.number().int().nonnegative(), digest: z.string() }).readonly())
      .readonly(),
    /** What the newest day's lines had added up to, budgets and all: forgetting gives no money back. */
    carried: checkpointEntrySchema,
  })
  .readonly()
export type ForgottenEntry = z.infer<typeof forgottenEntrySchema>

export const journalEntrySchema = z.discriminatedUnion('type', [
  reserveEntrySchema.unwrap(),
  endEntrySchema.unwrap(),
  requestEntrySchema.unwrap(),
  checkpointEntrySchema.unwrap(),
  recoveredEntrySchema.unwrap(),
  rekeyedEntrySchema.unwrap(),
  retentionEntrySchema.unwrap(),
  forgottenEntrySchema.unwrap(),
  autoEntrySchema.unwrap(),
  feedbackEntrySchema.unwrap(),
  releaseEntrySchema.unwrap(),
  allowEntrySchema.unwrap(),
])
export type JournalEntry = z.infer<typeof journalEntrySchema>
