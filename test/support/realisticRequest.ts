/** The entries of a request with one attempt as they usually are: five candidates, five rejected, a workspace, a price row. */
import type { EndEntry, RequestEntry, ReserveEntry } from '../../daemon/core/journal/entry.ts'
import { noMoney } from '../../shared/domain/moneySum.ts'
import type { RoutePlan } from '../../shared/domain/routePlan.ts'

const candidates = [
  'anthropic/claude-sonnet-4.5@anthropic',
  'anthropic/claude-sonnet-4.5@openrouter',
  'anthropic/claude-sonnet-4.5@bedrock',
  'openai/gpt-5-mini@openai',
  'openai/gpt-5-mini@openrouter',
]
const rejected = [
  { endpoint: 'deepseek/deepseek-chat@deepseek', reason: 'price-too-high' },
  { endpoint: 'google/gemini-2.5-pro@google', reason: 'no-key' },
  { endpoint: 'meta-llama/llama-3.3-70b-instruct@together', reason: 'data-collection' },
  { endpoint: 'mistralai/mistral-large@mistral', reason: 'parameter-unsupported' },
  { endpoint: 'x-ai/grok-4@xai', reason: 'context-too-small' },
]
const plan = { version: 3, orderedBy: 'price-weighted', candidates, rejected } as unknown as RoutePlan
const rates = {
  inputNanodollarsPerMillionTokens: 3_000_000_000,
  outputNanodollarsPerMillionTokens: 15_000_000_000,
  cachedInputNanodollarsPerMillionTokens: 300_000_000,
  cacheWriteNanodollarsPerMillionTokens: 3_750_000_000,
  source: 'snapshot 2026-11-27',
}
const route = { profile: 'balanced', profileSource: 'workspace-file', prompt: 'explain', catalogDate: '2026-11-27' }
const caller = { client: 'vscode', user: 'anna.schmidt', workspace: '/home/anna.schmidt/projects/waybill-web-shop' }
const scope = { ...caller, ...route, plan }
const attempt = {
  attempt: 1,
  endpoint: candidates[0],
  provider: 'anthropic',
  model: 'anthropic/claude-sonnet-4.5',
  isPractice: false,
  key: 'ANTHROPIC_API_KEY',
  bound: { kind: 'measured', nanodollars: 66_123_000 },
}
const cost = { kind: 'measured', nanodollars: 12_345_678 }
const usage = { inputTokens: 3_123, cachedInputTokens: 2_048, cacheWriteTokens: 0, outputTokens: 421 }

export type RealisticRequest = {
  readonly reserve: ReserveEntry
  readonly end: EndEntry
  readonly request: RequestEntry
}

export function realisticRequest(requestId: string, atMs: number): RealisticRequest {
  return {
    reserve: {
      type: 'reserve',
      atMs,
      requestId,
      requestStartedAtMs: atMs - 1,
      ...attempt,
      keyPrint: 'a1b2c3',
      boundInputTokens: 12_345,
      boundOutputTokens: 4_096,
      scope,
    } as unknown as ReserveEntry,
    end: {
      type: 'end',
      atMs: atMs + 3_000,
      requestId,
      record: {
        ...attempt,
        startedAtMs: atMs,
        headMs: 412,
        firstTextMs: 530,
        totalMs: 2_995,
        outcome: 'succeeded',
        isRewound: false,
        finishReason: 'stop',
        usage,
        cost,
        rates,
      },
    } as unknown as EndEntry,
    request: {
      type: 'request',
      atMs: atMs + 3_001,
      attemptCount: 1,
      waybill: {
        requestId,
        startedAtMs: atMs - 1,
        firstTextMs: 531,
        totalMs: 2_998,
        caller,
        ...route,
        plan,
        outcome: 'succeeded',
        cost: { ...noMoney, measuredNanodollars: cost.nanodollars },
      },
    } as unknown as RequestEntry,
  }
}
