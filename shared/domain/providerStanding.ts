/** How a provider stands for calls: its keys and the breakers of its endpoints, as `waybill/status` says it. */
import * as z from 'zod'
import { budgetNameSchema } from './budget.ts'
import { endpointIdSchema, requestIdSchema } from './ids.ts'
import { keyPlaces } from './providerKey.ts'

/**
 * `cooling`: the provider asked for a wait. `refused`: it answered 401, 402 or 403 and the key is out, for every endpoint.
 * Both pass by themselves at `untilMs`. `not-set`: it has no value that the daemon knows. `locked`: where its value lies
 * cannot be reached now; it is tried again by itself. `disabled`: the user does not want it used.
 */
const keyStates = ['ready', 'not-set', 'cooling', 'refused', 'locked', 'disabled'] as const

export const keyStandingStatusSchema = z
  .object({
    /** Missing: the provider needs none. */
    name: z.string().exactOptional(),
    /** Where its value lies. */
    place: z.enum(keyPlaces).exactOptional(),
    state: z.enum(keyStates),
    /** Why it is locked, in words. */
    lockedBecause: z.string().exactOptional(),
    /** Unix milliseconds. A refused key is then tried again by one call. */
    untilMs: z.number().exactOptional(),
    /** With which a refused one was refused. */
    httpStatus: z.number().int().exactOptional(),
    /** Out for these alone (403), whatever its state. */
    forbiddenEndpoints: z.array(endpointIdSchema).readonly().exactOptional(),
  })
  .readonly()
export type KeyStandingStatus = z.infer<typeof keyStandingStatusSchema>

/** `open`: nobody calls it before `reopensAtMs`. `half-open`: the next request tries it. `probing`: one tries it now. */
const breakerStates = ['open', 'half-open', 'probing'] as const

export const openBreakerSchema = z
  .object({
    endpoint: endpointIdSchema,
    state: z.enum(breakerStates),
    /** Unix milliseconds; only of an open one. */
    reopensAtMs: z.number().exactOptional(),
  })
  .readonly()
export type OpenBreaker = z.infer<typeof openBreakerSchema>

/** A request that waits because every endpoint of its profile is cooling, or for room in a budget. */
export const waitingRequestSchema = z
  .object({
    requestId: requestIdSchema,
    /** Unix milliseconds. */
    untilMs: z.number(),
    /** The one that is expected back first. */
    endpoint: endpointIdSchema,
    /** It waits for room in this budget. */
    budget: budgetNameSchema.exactOptional(),
  })
  .readonly()
