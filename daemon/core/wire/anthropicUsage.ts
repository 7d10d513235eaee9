/**
 * Token counts of an Anthropic answer, in the project's convention: `input_tokens` excludes cache reads and writes there,
 * ours includes them. Counts may come in pieces and be revised: a later count of the same name replaces an earlier one,
 * and nothing is added up. What is not said stays unknown.
 * Source: Anthropic API reference "Messages" (usage) and "Streaming messages" (2026-10).
 */
import type { Usage } from '../../../shared/domain/usage.ts'
import { recordOf } from './json.ts'
import { countOf } from './tokenCounts.ts'

/** What the wire said so far, by its own names. */
export type AnthropicCounts = {
  readonly input?: number
  readonly cacheRead?: number
  readonly cacheWrite?: number
  readonly cacheWrite1h?: number
  readonly output?: number
}

/** The same object where nothing was said. */
export function withCounts(counts: AnthropicCounts, value: unknown): AnthropicCounts {
  const usage = recordOf(value)
  if (usage === undefined) return counts
  const fresh = {
    input: countOf(usage.input_tokens),
    cacheRead: countOf(usage.cache_read_input_tokens),
    cacheWrite: countOf(usage.cache_creation_input_tokens),
    cacheWrite1h: countOf(recordOf(usage.cache_creation)?.ephemeral_1h_input_tokens),
    output: countOf(usage.output_tokens),
  }
  const known = Object.entries(fresh).filter(([, count]) => count !== undefined)
  return known.length === 0 ? counts : { ...counts, ...Object.fromEntries(known) }
}

export function usageOf(counts: AnthropicCounts): Usage {
  const { input, cacheRead, cacheWrite, cacheWrite1h, output } = counts
  return {
    ...(input !== undefined && { inputTokens: input + (cacheRead ?? 0) + (cacheWrite ?? 0) }),
    ...(cacheRead !== undefined && { cachedInputTokens: cacheRead }),
    ...(cacheWrite !== undefined && { cacheWriteTokens: cacheWrite }),
    ...(cacheWrite1h !== undefined && { cacheWrite1hTokens: Math.min(cacheWrite1h, cacheWrite ?? 0) }),
    ...(output !== undefined && { outputTokens: output }),
  }
}
