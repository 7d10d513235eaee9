/** The journal's lines about budgets, and what a checkpoint carries of them. */
import * as z from 'zod'
import { budgetHoldSchema } from '../../../shared/domain/budget.ts'
import { endpointIdSchema, requestIdSchema } from '../../../shared/domain/ids.ts'
import { attemptRecordSchema } from '../../../shared/domain/waybill.ts'

/** The user says what an interrupted attempt really cost, such as nothing. */
export const releaseEntrySchema = z
  .object({
    type: z.literal('release'),
    atMs: z.number(),
    requestId: requestIdSchema,
    attempt: z.number().int().positive(),
    spentNanodollars: z.number().int().nonnegative(),
  })
  .readonly()
export type ReleaseEntry = z.infer<typeof releaseEntrySchema>

/** The user lets an endpoint back that answered with more than its bound. */
export const allowEntrySchema = z
  .object({ type: z.literal('allow'), atMs: z.number(), endpoint: endpointIdSchema })
  .readonly()
export type AllowEntry = z.infer<typeof allowEntrySchema>

const counterSchema = z
  .object({
    hold: budgetHoldSchema.unwrap().omit({ amount: true, isHard: true }).readonly(),
    used: z.number(),
    atMost: z.number(),
    held: z.number(),
    peak: z.number(),
    peakBefore: z.number(),
    unknownCount: z.number().int(),
  })
  .readonly()

export const budgetCheckpointSchema = z
  .object({
    counters: z.array(counterSchema).readonly(),
    interrupted: z
      .array(
        z
          .object({
            requestId: requestIdSchema,
            atMs: z.number(),
            holds: z.array(budgetHoldSchema).readonly(),
            record: attemptRecordSchema,
          })
          .readonly(),
      )
      .readonly(),
    released: z.record(z.string(), z.number()).exactOptional(),
    barred: z.record(z.string(), z.object({ atMs: z.number(), requestId: requestIdSchema }).readonly()),
  })
  .readonly()
export type BudgetCheckpoint = z.infer<typeof budgetCheckpointSchema>
