/**
 * Token counts of an Anthropic answer, in the project's convention: `input_tokens` excludes cache reads and writes there,
 * ours includes them. A cache write that is told only by its parts is their sum. Counts may come in pieces and be revised: a later count of the same name replaces an earlier one,
 * and nothing is added up. What is not said stays unknown.
 * Source: Anthropic API reference "Messages" (usage) and "Streaming messages" (2026-11).
 */
import type { Usage } from '../../../shared/domain/usage.ts'
import { recordOf } from './json.ts'
import { countOf, usageOfCounts } from './tokenCounts.ts'

/** What the wire said so far, by its own names. */
export type AnthropicCounts = {
  readonly input?: number
  readonly cacheRead?: number
  readonly cacheWrite?: number
  readonly cacheWrite5m?: number
  readonly cacheWrite1h?: number
  readonly output?: number
  /** Part of `output`. */
  readonly thinking?: number
}

/** The same object where nothing was said. */
export function withCounts(counts: AnthropicCounts, value: unknown): AnthropicCounts {
  const usage = recordOf(value)
  if (usage === undefined) return counts
  const parts = recordOf(usage.cache_creation)
  const fresh = {
    input: countOf(usage.input_tokens),
    cacheRead: countOf(usage.cache_read_input_tokens),
    cacheWrite: countOf(usage.cache_creation_input_tokens),
    cacheWrite5m: countOf(parts?.ephemeral_5m_input_tokens),
    cacheWrite1h: countOf(parts?.ephemeral_1h_input_tokens),
    output: countOf(usage.output_tokens),
    thinking: countOf(recordOf(usage.output_tokens_details)?.thinking_tokens),
  }
  const known = Object.entries(fresh).filter(([, count]) => count !== undefined)
  return known.length === 0 ? counts : { ...counts, ...Object.fromEntries(known) }
}

export function usageOf(counts: AnthropicCounts): Usage {
  const { input, cacheRead, cacheWrite1h, output, thinking } = counts
  const cacheWrite = cacheWriteOf(counts)
  return usageOfCounts({
    inputTokens: input === undefined ? undefined : input + (cacheRead ?? 0) + (cacheWrite ?? 0),
    cachedInputTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    cacheWrite1hTokens: cacheWrite1h === undefined ? undefined : Math.min(cacheWrite1h, cacheWrite ?? 0),
    outputTokens: output,
    reasoningTokens: thinking === undefined ? undefined : Math.min(thinking, output ?? thinking),
  })
}

function cacheWriteOf({ cacheWrite, cacheWrite5m, cacheWrite1h }: AnthropicCounts): number | undefined {
  if (cacheWrite !== undefined || (cacheWrite5m === undefined && cacheWrite1h === undefined)) return cacheWrite
  return (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0)
}
