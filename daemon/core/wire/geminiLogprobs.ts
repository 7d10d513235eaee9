/**
 * `logprobsResult` of a Gemini candidate: each chosen token with the likeliest others at its place. An entry without a
 * probability is left out. Source: Gemini API reference, "LogprobsResult" (ai.google.dev/api/generate-content, 2026-10).
 */
import type { TokenLogprob } from '../../../shared/domain/streamPart.ts'
import { listOf, recordOf, textOf } from './json.ts'

export function logprobsOf(value: unknown): readonly TokenLogprob[] {
  const result = recordOf(value) ?? {}
  const others = listOf(result.topCandidates)
  return listOf(result.chosenCandidates).flatMap((chosen, at) =>
    tokenOf(chosen).map((token) => ({ ...token, top: listOf(recordOf(others[at])?.candidates).flatMap(tokenOf) })),
  )
}

function tokenOf(value: unknown): readonly { readonly token: string; readonly logprob: number }[] {
  const candidate = recordOf(value) ?? {}
  // JSON leaves out what is 0: a certain token has none.
  const logprob = candidate.logProbability ?? 0
  if (typeof logprob !== 'number' || typeof candidate.token !== 'string') return []
  return [{ token: textOf(candidate.token), logprob }]
}
