/**
 * Token counts of an OpenAI-compatible answer, in the project's convention: cached reads and cache writes lie within
 * inputTokens, reasoning within outputTokens. What the provider does not say stays unknown, and so does a count that
 * no request can have.
 *
 * Sources (2026-10): OpenAI "Chat streaming" usage object, OpenRouter "Usage accounting" (cache_write_tokens), DeepSeek
 * "Context caching" (prompt_cache_hit_tokens), xAI "Reasoning" (reasoning beside completion_tokens).
 */
import type { Usage } from '../../../shared/domain/usage.ts'
import { type Json, recordOf } from './json.ts'
import { countOf, usageOfCounts } from './tokenCounts.ts'

export function decodeOpenaiUsage(value: unknown): Usage | undefined {
  const usage = recordOf(value)
  if (usage === undefined) return undefined
  const inputDetails = recordOf(usage.prompt_tokens_details) ?? {}
  const reasoningTokens = countOf(recordOf(usage.completion_tokens_details)?.reasoning_tokens)
  return usageOfCounts({
    inputTokens: countOf(usage.prompt_tokens),
    cachedInputTokens: countOf(inputDetails.cached_tokens) ?? countOf(usage.prompt_cache_hit_tokens),
    cacheWriteTokens: countOf(inputDetails.cache_write_tokens),
    cacheWrite1hTokens: undefined,
    outputTokens: outputTokensOf(usage, reasoningTokens),
    reasoningTokens,
  })
}

/**
 * xAI counts reasoning beside the completion: prompt + completion + reasoning = total. Everyone else counts it within:
 * prompt + completion = total. The total tells which.
 */
function outputTokensOf(usage: Json, reasoningTokens: number | undefined): number | undefined {
  const completionTokens = countOf(usage.completion_tokens)
  const inputTokens = countOf(usage.prompt_tokens)
  if (completionTokens === undefined || reasoningTokens === undefined || inputTokens === undefined)
    return completionTokens
  const withReasoning = completionTokens + reasoningTokens
  return countOf(usage.total_tokens) === inputTokens + withReasoning ? withReasoning : completionTokens
}
