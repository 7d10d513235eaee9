/**
 * The plan of one request: ordered candidates, and every rejected endpoint with its reason. A pure function of what is
 * recorded, so that it can be computed again.
 */
import * as z from 'zod'
import { endpointIdSchema } from './ids.ts'
import { sortMeasures, strategies } from './profile.ts'

export const rejectionReasons = [
  'not-in-only',
  'ignored',
  'not-in-order',
  'fallbacks-off',
  'context-too-small',
  'output-limit-too-small',
  'modality-unsupported',
  'parameter-unsupported',
  'data-collection',
  'no-zdr',
  'quantization',
  'price-too-high',
  'price-unknown',
  'no-key',
  'keys-refused',
  /** The last three pass by themselves: all its keys were told to wait, the breaker is open, its one probe is under way. */
  'keys-cooling',
  'breaker-open',
  'probe-under-way',
] as const
export type RejectionReason = (typeof rejectionReasons)[number]

export const rejectedEndpointSchema = z
  .object({ endpoint: endpointIdSchema, reason: z.enum(rejectionReasons) })
  .readonly()
export type RejectedEndpoint = z.infer<typeof rejectedEndpointSchema>

/** What put the candidates in their order. */
export const planOrders = ['declared', 'order', ...sortMeasures, ...strategies] as const
export type PlanOrder = (typeof planOrders)[number]

export const routePlanSchema = z
  .object({
    /** Version of the planning rules: another version may order otherwise. */
    version: z.number().int(),
    /** Missing in plans of version 1. */
    orderedBy: z.enum(planOrders).exactOptional(),
    candidates: z.array(endpointIdSchema).readonly(),
    rejected: z.array(rejectedEndpointSchema).readonly(),
    /** Unix milliseconds: when the first of those that pass by themselves may be called again. */
    reopensAtMs: z.number().exactOptional(),
  })
  .readonly()
export type RoutePlan = z.infer<typeof routePlanSchema>
