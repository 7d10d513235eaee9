/** Which past requests somebody asks for: all fields that are given must hold. An empty filter holds for every waybill. */
import * as z from 'zod'
import { outcomes } from './streamPart.ts'
import type { Waybill } from './waybill.ts'

export const waybillFilterSchema = z
  .object({
    /** Of requests that came at or after it; Unix milliseconds. */
    fromMs: z.number().exactOptional(),
    /** Of requests that came before it. */
    toMs: z.number().exactOptional(),
    workspace: z.string().exactOptional(),
    user: z.string().exactOptional(),
    client: z.string().exactOptional(),
    profile: z.string().exactOptional(),
    prompt: z.string().exactOptional(),
    outcome: z.enum(outcomes).exactOptional(),
    /** Of any of its attempts; so are the next two. */
    model: z.string().exactOptional(),
    provider: z.string().exactOptional(),
    endpoint: z.string().exactOptional(),
    /** Measured and estimated money together; practice and unknown amounts are none. */
    costAboveNanodollars: z.number().int().nonnegative().exactOptional(),
  })
  .readonly()
export type WaybillFilter = z.infer<typeof waybillFilterSchema>

export function isWanted(filter: WaybillFilter, waybill: Waybill): boolean {
  const { fromMs, toMs, costAboveNanodollars } = filter
  const { caller, attempts, cost, startedAtMs } = waybill
  if (fromMs !== undefined && startedAtMs < fromMs) return false
  if (toMs !== undefined && startedAtMs >= toMs) return false
  if (costAboveNanodollars !== undefined) {
    if (cost.measuredNanodollars + cost.estimatedNanodollars <= costAboveNanodollars) return false
  }
  const { outcome, profile, prompt } = waybill
  const asked = { ...caller, outcome, profile, prompt }
  return (
    namesOfRequest.every((name) => filter[name] === undefined || asked[name] === filter[name]) &&
    namesOfAttempt.every((name) => filter[name] === undefined || attempts.some((one) => one[name] === filter[name]))
  )
}

const namesOfRequest = ['workspace', 'user', 'client', 'profile', 'prompt', 'outcome'] as const
const namesOfAttempt = ['model', 'provider', 'endpoint'] as const
