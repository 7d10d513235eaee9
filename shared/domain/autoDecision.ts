/**
 * Which tier of an `auto` profile a request was given, with everything that decided it. The score is the log-odds that an
 * answer of the cheap tier would not be good enough: `bias` plus the sum of each feature's value times its weight.
 */
import * as z from 'zod'
import { autoTierSchema } from './profile.ts'
import { promptNames } from './prompt.ts'

/** What is learnt apart: each prompt of the library, and everything else. */
export const autoKinds = [...promptNames, 'chat'] as const
export type AutoKind = (typeof autoKinds)[number]

export const autoFeatureNames = [
  'replaces',
  'input-size',
  'files',
  'diagnostics',
  'language',
  'follows-rejected',
] as const
export type AutoFeatureName = (typeof autoFeatureNames)[number]

/** What became of an answer: it was kept, it was thrown away, or it was asked for again. */
export const answerOutcomes = ['accepted', 'rejected', 'retried'] as const
export type AnswerOutcome = (typeof answerOutcomes)[number]

/** `value` is from 0 to 1. */
const autoFeatureSchema = z.object({ name: z.enum(autoFeatureNames), value: z.number(), weight: z.number() }).readonly()
export type AutoFeature = z.infer<typeof autoFeatureSchema>

export const autoDecisionSchema = z
  .object({
    /** Of the rules: another version may decide otherwise. */
    version: z.number().int(),
    tier: autoTierSchema,
    /** `score`: strong because the score is over the threshold, else cheap. `share`: the stated share left no choice. */
    decidedBy: z.enum(['score', 'share']),
    kind: z.enum(autoKinds),
    score: z.number(),
    threshold: z.number(),
    strongShareRatio: z.number(),
    bias: z.number(),
    features: z.array(autoFeatureSchema).readonly(),
    /** How many outcomes the weights were learnt from; 0: they are those of the table. */
    learntFromOutcomes: z.number().int().nonnegative(),
  })
  .readonly()
export type AutoDecision = z.infer<typeof autoDecisionSchema>
