/**
 * What a provider itself says that an answer costs, in integer nanodollars, rounded up from its decimal digits. Undefined
 * where it says nothing, or what no answer can cost.
 *
 * Sources: OpenRouter "Usage accounting" (2026-11): `cost` in credits, which are US dollars; with a key of one's own it is
 * the fee alone, and `cost_details.upstream_inference_cost` what the provider takes beside it. xAI "Cost tracking"
 * (2026-11): `cost_in_usd_ticks`, 10^10 for a dollar. Perplexity API reference "Chat completions" (2026-09):
 * `cost.total_cost` in dollars. DeepInfra "OpenAI-compatible API" (2026-10): `estimated_cost` in dollars.
 */
import { nanodollarsOf } from '../quota/declaredPrice.ts'
import { recordOf } from './json.ts'

const ticksPerNanodollar = 10
/** A million dollars: above it a figure is a mistake. */
const maxNanodollars = 1e15

/** `value`: the usage of an `openai-chat` answer. */
export function reportedNanodollarsOf(value: unknown): number | undefined {
  const usage = recordOf(value) ?? {}
  const { cost_in_usd_ticks: ticks, cost, estimated_cost: estimated } = usage
  if (typeof ticks === 'number' && Number.isInteger(ticks) && ticks >= 0)
    return withinReason(Math.ceil(ticks / ticksPerNanodollar))
  const total = recordOf(cost)?.total_cost ?? cost ?? estimated
  const own = dollarsOf(total)
  if (own === undefined || usage.is_byok !== true) return withinReason(own)
  return withinReason(own + (dollarsOf(recordOf(usage.cost_details)?.upstream_inference_cost) ?? 0))
}

function dollarsOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  return /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(String(value)) ? nanodollarsOf(value) : undefined
}

function withinReason(nanodollars: number | undefined): number | undefined {
  return nanodollars !== undefined && nanodollars >= 0 && nanodollars <= maxNanodollars ? nanodollars : undefined
}
