/**
 * A profile: a named routing policy, chosen per workspace. The fields under `provider` carry OpenRouter's documented
 * names and meaning (provider routing, 2026-08), so that its users find what they know.
 */
import * as z from 'zod'
import { maxOutputTokensSchema, reasoningEfforts } from './chatRequest.ts'
import { modelIdSchema, profileNameSchema, providerIdSchema } from './ids.ts'

const providerListSchema = z.array(providerIdSchema).readonly()

export const sortMeasures = ['price', 'throughput', 'latency'] as const
export type SortMeasure = (typeof sortMeasures)[number]

/** `model`: all endpoints of the first model before the second's; `none`: all models' endpoints together. */
const sortSchema = z.union([
  z.enum(sortMeasures),
  z.object({ by: z.enum(sortMeasures), partition: z.enum(['model', 'none']).exactOptional() }).readonly(),
])

/** US dollars, as a number or numeric string. */
const dollarsSchema = z.union([
  z.number().nonnegative(),
  z.string().regex(/^\d+(\.\d+)?$/, 'expected a number of dollars, such as 0.25 or "0.25"'),
])

/** A number counts for p50. Percentiles of the last five minutes; each one named must hold. */
const percentilesSchema = z.union([
  z.number().positive(),
  z
    .object({
      p50: z.number().positive().exactOptional(),
      p75: z.number().positive().exactOptional(),
      p90: z.number().positive().exactOptional(),
      p99: z.number().positive().exactOptional(),
    })
    .readonly(),
])
export type PreferredPercentiles = z.infer<typeof percentilesSchema>

export const providerPreferencesSchema = z
  .object({
    /** These first, in this order. */
    order: providerListSchema.exactOptional(),
    /** No others than these. */
    only: providerListSchema.exactOptional(),
    /** Never these. */
    ignore: providerListSchema.exactOptional(),
    /** False: with `order` only the listed providers, else only the first candidate. Default true. */
    allow_fallbacks: z.boolean().exactOptional(),
    /** Only endpoints that support every parameter of the request. Default false: the others are sent without it. */
    require_parameters: z.boolean().exactOptional(),
    /** `deny`: only endpoints that are known not to keep or learn from what they are sent. */
    data_collection: z.enum(['allow', 'deny']).exactOptional(),
    /** Only endpoints that are known to keep nothing (zero data retention). */
    zdr: z.boolean().exactOptional(),
    /** Only endpoints of these quantizations, such as `fp8`. */
    quantizations: z.array(z.string()).readonly().exactOptional(),
    /** A plain order by one measure, without balancing. */
    sort: sortSchema.exactOptional(),
    /** Never dearer: dollars per million tokens, per request, per image. An unknown price is too dear. */
    max_price: z
      .object({
        prompt: dollarsSchema.exactOptional(),
        completion: dollarsSchema.exactOptional(),
        request: dollarsSchema.exactOptional(),
        image: dollarsSchema.exactOptional(),
      })
      .readonly()
      .exactOptional(),
    /** Seconds to the first token. Slower endpoints move to the end. */
    preferred_max_latency: percentilesSchema.exactOptional(),
    /** Tokens a second. Slower endpoints move to the end. */
    preferred_min_throughput: percentilesSchema.exactOptional(),
  })
  .readonly()
export type ProviderPreferences = z.infer<typeof providerPreferencesSchema>

/**
 * How endpoints are chosen where nothing sorts them. `price-weighted`: as OpenRouter documents it, at random by
 * 1 / price^2. `adaptive`: the least of price, waiting and failures as measured here, with a small share for every other.
 */
export const strategies = ['adaptive', 'price-weighted'] as const
export type Strategy = (typeof strategies)[number]

export const autoTierSchema = z.enum(['cheap', 'strong'])
export type AutoTier = z.infer<typeof autoTierSchema>

/** Two tiers of models: cheap for what is simple, strong for what is not. */
export const autoTiersSchema = z
  .object({
    cheap: z.array(modelIdSchema).min(1).readonly(),
    strong: z.array(modelIdSchema).min(1).readonly(),
    /** The share of requests that may go to the strong tier, 0 to 1. */
    strongShareRatio: z.number().min(0).max(1),
  })
  .readonly()
export type AutoTiers = z.infer<typeof autoTiersSchema>

/** For a client that cannot take text back: so much of an answer is held before any of it is shown. */
export const holdSchema = z
  .object({
    holdMs: z.number().int().nonnegative().max(60_000).exactOptional(),
    holdCharacters: z.number().int().nonnegative().max(1_000_000).exactOptional(),
  })
  .readonly()
export type Hold = z.infer<typeof holdSchema>

/** Each a duration in milliseconds; local endpoints are given patience of their own while a model loads. */
export const timeoutsSchema = z
  .object({
    connectMs: z.number().int().positive().exactOptional(),
    firstTokenMs: z.number().int().positive().exactOptional(),
    idleMs: z.number().int().positive().exactOptional(),
    totalMs: z.number().int().positive().exactOptional(),
  })
  .readonly()
export type Timeouts = z.infer<typeof timeoutsSchema>

export const profileParametersSchema = z
  .object({
    maxOutputTokens: maxOutputTokensSchema.exactOptional(),
    /** Where a budget leaves less than this for the answer, the request is refused. Default 256. */
    minOutputTokens: maxOutputTokensSchema.exactOptional(),
    temperature: z.number().min(0).max(2).exactOptional(),
    reasoningEffort: z.enum(reasoningEfforts).exactOptional(),
  })
  .readonly()

export const profileSchema = z
  .object({
    title: z.string().exactOptional(),
    description: z.string().exactOptional(),
    /** In order of preference. */
    models: z.array(modelIdSchema).readonly(),
    provider: providerPreferencesSchema.exactOptional(),
    /** Default: `adaptive` once something was measured, `price-weighted` before. */
    strategy: z.enum(strategies).exactOptional(),
    /** In place of `models`: chosen for each request. */
    auto: autoTiersSchema.exactOptional(),
    hold: holdSchema.exactOptional(),
    parameters: profileParametersSchema.exactOptional(),
    timeouts: timeoutsSchema.exactOptional(),
  })
  .readonly()
export type Profile = z.infer<typeof profileSchema>

/** Who chose the profile of a request, strongest first. */
export const profileSources = ['request', 'workspace-choice', 'workspace-file', 'default'] as const
export type ProfileSource = (typeof profileSources)[number]

/** How a client sees a profile in a list. */
export const profileSummarySchema = z
  .object({
    name: profileNameSchema,
    title: z.string(),
    description: z.string(),
    models: z.array(modelIdSchema).readonly(),
    isBuiltIn: z.boolean(),
    /** Every endpoint it can reach is a practice endpoint. */
    isPractice: z.boolean(),
    /** How many endpoints it can reach now; 0 means that a request with it fails. */
    endpointCount: z.number().int().nonnegative(),
  })
  .readonly()
export type ProfileSummary = z.infer<typeof profileSummarySchema>
