/**
 * The journal's lines about `auto`: `auto` once for each request that was given a tier, `feedback` for each outcome that a
 * client told of an answer; and what of them is carried over into the next day's file.
 */
import * as z from 'zod'
import {
  type AutoFeatureName,
  answerOutcomes,
  autoDecisionSchema,
  autoKinds,
} from '../../../shared/domain/autoDecision.ts'
import { profileNameSchema, requestIdSchema } from '../../../shared/domain/ids.ts'

export const autoEntrySchema = z
  .object({
    type: z.literal('auto'),
    atMs: z.number(),
    requestId: requestIdSchema,
    profile: profileNameSchema,
    decision: autoDecisionSchema,
  })
  .readonly()
export type AutoEntry = z.infer<typeof autoEntrySchema>

export const feedbackEntrySchema = z
  .object({
    type: z.literal('feedback'),
    atMs: z.number(),
    requestId: requestIdSchema,
    outcome: z.enum(answerOutcomes),
    /** Of the request, if it had one: the line counts by itself, wherever the request's own line lies. */
    decision: autoDecisionSchema.exactOptional(),
  })
  .readonly()
export type FeedbackEntry = z.infer<typeof feedbackEntrySchema>

const weightsSchema = z.object({ bias: z.number(), ...weightShape() }).readonly()

export const autoCheckpointSchema = z
  .object({
    shares: z
      .array(z.object({ profile: profileNameSchema, surplusCalls: z.number(), threshold: z.number() }).readonly())
      .readonly(),
    learnt: z
      .array(
        z
          .object({ kind: z.enum(autoKinds), outcomes: z.number().int().nonnegative(), weights: weightsSchema })
          .readonly(),
      )
      .readonly(),
  })
  .readonly()
export type AutoCheckpoint = z.infer<typeof autoCheckpointSchema>

function weightShape(): Readonly<Record<AutoFeatureName, z.ZodNumber>> {
  const number = z.number()
  return {
    replaces: number,
    'input-size': number,
    files: number,
    diagnostics: number,
    language: number,
    'follows-rejected': number,
  }
}
