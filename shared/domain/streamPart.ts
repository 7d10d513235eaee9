/**
 * The parts of a streamed answer. Parts are numbered 1, 2, 3... across all attempts of a request; numbers are never
 * reused. `rewind` says: drop everything that `attempt` has said so far. `request-end` is always the last part.
 */
import * as z from 'zod'
import { providerSealSchema } from './chatRequest.ts'
import { failureSchema } from './failure.ts'
import { endpointIdSchema, modelIdSchema, providerIdSchema } from './ids.ts'

const numbered = { number: z.number().int().positive(), attempt: z.number().int().positive() }

export const nextSteps = ['retry', 'fallback', 'stop'] as const
export type NextStepKind = (typeof nextSteps)[number]

/** Because of what. */
export const nextReasons = [
  'next-key',
  'next-endpoint',
  'next-model',
  /** Every endpoint has to be left alone for a while; the request waits. */
  'wait',
  'nobody-else',
  'text-drawn',
  'out-of-time',
  /** Whoever is asked, the answer would be the same. */
  'final',
] as const
export type NextReason = (typeof nextReasons)[number]

export const outcomes = ['succeeded', 'failed', 'cancelled', 'interrupted'] as const
export type Outcome = (typeof outcomes)[number]

const chosenTokenSchema = z.object({ token: z.string(), logprob: z.number() })
export const tokenLogprobSchema = chosenTokenSchema
  .extend({ top: z.array(chosenTokenSchema.readonly()).readonly() })
  .readonly()
/** One token of the answer with the natural logarithm of its probability, and those of the likeliest others. */
export type TokenLogprob = z.infer<typeof tokenLogprobSchema>

export const streamPartSchema = z.discriminatedUnion('type', [
  z.object({
    ...numbered,
    type: z.literal('attempt-start'),
    endpoint: endpointIdSchema,
    provider: providerIdSchema,
    model: modelIdSchema,
    isPractice: z.boolean(),
  }),
  z.object({ ...numbered, type: z.literal('text-append'), text: z.string() }),
  z.object({
    ...numbered,
    type: z.literal('reasoning-append'),
    text: z.string(),
    /** Which stretch of reasoning it belongs to; missing: 0. */
    block: z.number().int().nonnegative().exactOptional(),
    /** Of that block, to be sent back with it; a later one replaces an earlier one. */
    seal: providerSealSchema.exactOptional(),
  }),
  z.object({
    ...numbered,
    type: z.literal('tool-call-append'),
    /** Which of the answer's calls this belongs to: 0, 1, 2... */
    index: z.number().int().nonnegative(),
    id: z.string().exactOptional(),
    name: z.string().exactOptional(),
    argumentsText: z.string(),
    seal: providerSealSchema.exactOptional(),
  }),
  z.object({ ...numbered, type: z.literal('logprobs-append'), tokens: z.array(tokenLogprobSchema).readonly() }),
  z.object({ ...numbered, type: z.literal('attempt-fail'), failure: failureSchema, next: z.enum(nextSteps) }),
  z.object({ ...numbered, type: z.literal('rewind') }),
  /**
   * Every endpoint is cooling; the request goes on by itself after `delayMs`. `attempt` is the next one, `endpoint` the one
   * that is expected back first.
   */
  z.object({
    ...numbered,
    type: z.literal('wait-start'),
    delayMs: z.number().nonnegative(),
    endpoint: endpointIdSchema.exactOptional(),
    /** It waits for others to leave room in this budget, at most so long. */
    budget: z.string().exactOptional(),
  }),
  z.object({
    number: z.number().int().positive(),
    type: z.literal('request-end'),
    outcome: z.enum(outcomes),
    failure: failureSchema.exactOptional(),
  }),
])
export type StreamPart = z.infer<typeof streamPartSchema>

type Unnumbered<Part> = Part extends StreamPart ? Omit<Part, 'number'> : never
/** A part before the stream gave it its number. */
export type UnnumberedPart = Unnumbered<StreamPart>
