/**
 * The plan of one request: ordered candidates, and every rejected endpoint with its reason. A pure function of what is
 * recorded, so that it can be computed again.
 */
import * as z from 'zod'
import { endpointIdSchema } from './ids.ts'

export const rejectionReasons = [
  'not-in-only',
  'ignored',
  'not-in-order',
  'fallbacks-off',
  'context-too-small',
  'output-limit-too-small',
  'no-key',
] as const
export type RejectionReason = (typeof rejectionReasons)[number]

export const rejectedEndpointSchema = z
  .object({ endpoint: endpointIdSchema, reason: z.enum(rejectionReasons) })
  .readonly()
export type RejectedEndpoint = z.infer<typeof rejectedEndpointSchema>

export const routePlanSchema = z
  .object({
    /** Version of the planning rules: another version may order otherwise. */
    version: z.number().int(),
    candidates: z.array(endpointIdSchema).readonly(),
    rejected: z.array(rejectedEndpointSchema).readonly(),
  })
  .readonly()
export type RoutePlan = z.infer<typeof routePlanSchema>
