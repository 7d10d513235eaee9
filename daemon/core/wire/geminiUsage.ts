/**
 * `usageMetadata` of a Gemini answer in the project's convention: cached reads lie within inputTokens, thoughts within
 * outputTokens. What is not said stays unknown, except where the total says it.
 *
 * Sources: Gemini API reference, "UsageMetadata" (ai.google.dev/api/generate-content, 2026-10): promptTokenCount
 * includes cachedContentTokenCount; Vertex AI counts thoughts within the candidates on some models.
 */
import type { Usage } from '../../../shared/domain/usage.ts'
import { type Json, recordOf } from './json.ts'
import { countOf, usageOfCounts } from './tokenCounts.ts'

export function decodeGeminiUsage(value: unknown): Usage | undefined {
  const usage = recordOf(value)
  if (usage === undefined) return undefined
  const inputTokens = inputTokensOf(usage)
  return usageOfCounts({
    inputTokens,
    cachedInputTokens: countOf(usage.cachedContentTokenCount),
    cacheWriteTokens: undefined,
    cacheWrite1hTokens: undefined,
    outputTokens: outputTokensOf(usage, inputTokens),
    reasoningTokens: countOf(usage.thoughtsTokenCount),
  })
}

/** What Google's own tools put into the prompt is counted beside it, and is input too. */
function inputTokensOf(usage: Json): number | undefined {
  const promptTokens = countOf(usage.promptTokenCount)
  return promptTokens === undefined ? undefined : promptTokens + (countOf(usage.toolUsePromptTokenCount) ?? 0)
}

/**
 * Thoughts lie within the candidates if input + candidates = total, else beside them. A count of the candidates that
 * is missing follows from total = input + output.
 */
function outputTokensOf(usage: Json, inputTokens: number | undefined): number | undefined {
  const candidateTokens = countOf(usage.candidatesTokenCount)
  const thoughtTokens = countOf(usage.thoughtsTokenCount) ?? 0
  const totalTokens = countOf(usage.totalTokenCount)
  if (candidateTokens === undefined) {
    if (totalTokens === undefined || inputTokens === undefined) return undefined
    return countOf(totalTokens - inputTokens)
  }
  const isWithin = inputTokens !== undefined && inputTokens + candidateTokens === totalTokens
  return isWithin ? candidateTokens : candidateTokens + thoughtTokens
}
