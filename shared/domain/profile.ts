/**
 * A profile: a named routing policy, chosen per workspace. The fields under `provider` carry OpenRouter's documented
 * names and meaning (provider routing, 2026-08), so that its users find what they know.
 */
import * as z from 'zod'
import { maxOutputTokensSchema, reasoningEfforts } from './chatRequest.ts'
import { modelIdSchema, profileNameSchema, providerIdSchema } from './ids.ts'

const providerListSchema = z.array(providerIdSchema).readonly()

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
  })
  .readonly()
export type ProviderPreferences = z.infer<typeof providerPreferencesSchema>

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
