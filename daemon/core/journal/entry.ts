/**
 * The lines of the journal. `reserve` and `end` stand once per attempt, `request` once per request, also when it was
 * refused before any attempt. A waybill is the fold of a request's lines. `checkpoint` opens each day's file and carries
 * what the days before left behind; `recovered` says what was found broken at a start.
 */
import * as z from 'zod'
import { budgetHoldSchema } from '../../../shared/domain/budget.ts'
import { requestIdSchema } from '../../../shared/domain/ids.ts'
import { moneySchema, moneySumSchema } from '../../../shared/domain/money.ts'
import { attemptRecordSchema, waybillSchema } from '../../../shared/domain/waybill.ts'
import { allowEntrySchema, budgetCheckpointSchema, releaseEntrySchema } from '../budgets/budgetEntries.ts'
import { resilienceSnapshotSchema } from '../resilience/resilienceState.ts'
import { autoCheckpointSchema, autoEntrySchema, feedbackEntrySchema } from './autoEntries.ts'

/** Format of the journal's files; an older build never opens newer ones. */
export const journalSchemaVersion = 1

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
    /** The name of the key that is used: its environment variable. */
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
    schema: z.literal(journalSchemaVersion),
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

export const journalEntrySchema = z.discriminatedUnion('type', [
  reserveEntrySchema.unwrap(),
  endEntrySchema.unwrap(),
  requestEntrySchema.unwrap(),
  checkpointEntrySchema.unwrap(),
  recoveredEntrySchema.unwrap(),
  autoEntrySchema.unwrap(),
  feedbackEntrySchema.unwrap(),
  releaseEntrySchema.unwrap(),
  allowEntrySchema.unwrap(),
])
export type JournalEntry = z.infer<typeof journalEntrySchema>
