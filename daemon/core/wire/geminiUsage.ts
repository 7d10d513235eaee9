/**
 * Token counts of a Gemini answer, in the project's convention. The prompt's count includes what was cached. Thoughts lie
 * inside the candidates' count exactly when prompt + candidates = total; else they stand beside it.
 * Source: Gemini API reference "GenerateContentResponse" (UsageMetadata) and guide "Thinking" (2026-10).
 */
import type { Usage } from '../../../shared/domain/usage.ts'
import { countOf, recordOf } from './json.ts'

export function decodeGeminiUsage(value: unknown): Usage | undefined {
  const usage = recordOf(value)
  if (usage === undefined) return undefined
  const prompt = countOf(usage.promptTokenCount)
  const cached = countOf(usage.cachedContentTokenCount)
  const thoughts = countOf(usage.thoughtsTokenCount)
  const candidates = countOf(usage.candidatesTokenCount)
  const isInside = candidates !== undefined && countOf(usage.totalTokenCount) === (prompt ?? 0) + candidates
  const output = thoughts === undefined || isInside ? candidates : (candidates ?? 0) + thoughts
  return {
    ...(prompt !== undefined && { inputTokens: prompt }),
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(output !== undefined && { outputTokens: output }),
    ...(thoughts !== undefined && { reasoningTokens: thoughts }),
  }
}
