/** Results of the protocol for the panel's tests, decoded by the protocol's own schemas, so that they cannot drift from it. */
import type * as z from 'zod'
import { journal } from '../../../shared/protocol/journal.ts'
import { stats } from '../../../shared/protocol/stats.ts'

type Fields = Readonly<Record<string, unknown>>

/** Wed 18 Nov 2026, 14:03:07 UTC. */
export const sampleNowMs = Date.UTC(2026, 10, 18, 14, 3, 7)

export const noMoneyFields = {
  measuredNanodollars: 0,
  estimatedNanodollars: 0,
  estimatedLowNanodollars: 0,
  estimatedHighNanodollars: 0,
  unknownCount: 0,
  practiceNanodollars: 0,
}

export function statsRow(fields: Fields = {}) {
  return {
    group: '',
    isPractice: false,
    requests: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    interrupted: 0,
    attempts: 0,
    failedAttempts: 0,
    fallbacks: 0,
    rewinds: 0,
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    cost: noMoneyFields,
    ...fields,
  }
}

export function statsResult(fields: Fields = {}): z.output<(typeof stats)['result']> {
  const practice = statsRow({ isPractice: true })
  return stats.result.parse({
    range: 'today',
    groupBy: 'model',
    rows: [],
    total: statsRow(),
    practiceTotal: practice,
    ...fields,
  })
}

export function journalResult(waybills: readonly Fields[] = []): z.output<(typeof journal)['result']> {
  // As on the wire, where a field that is undefined is not there.
  return journal.result.parse(JSON.parse(JSON.stringify({ waybills })))
}

export function attempt(fields: Fields = {}) {
  const model = fields.model ?? 'openai/gpt-5-mini'
  const provider = fields.provider ?? 'openai'
  return {
    attempt: 1,
    endpoint: `${model}@${provider}`,
    provider,
    model,
    isPractice: false,
    startedAtMs: sampleNowMs,
    headMs: 90,
    firstTextMs: 420,
    totalMs: 3100,
    outcome: 'succeeded',
    isRewound: false,
    finishReason: 'stop',
    usage: { inputTokens: 2184, cachedInputTokens: 1536, outputTokens: 498 },
    cost: { kind: 'measured', nanodollars: 1_000_000 },
    bound: { kind: 'measured', nanodollars: 9_000_000 },
    ...fields,
  }
}

export function waybillFields(fields: Fields = {}): Fields {
  return {
    requestId: 'request-0001',
    startedAtMs: sampleNowMs,
    firstTextMs: 440,
    totalMs: 7100,
    caller: { client: 'vscode', user: 'ada', workspace: '/home/ada/acme-web' },
    profile: 'balanced',
    profileSource: 'workspace-choice',
    prompt: 'refactor',
    plan: {
      version: 1,
      candidates: ['openai/gpt-5-mini@openai', 'qwen/qwen3-8b@ollama'],
      rejected: [{ endpoint: 'mistral/mistral-medium-3.1@mistral', reason: 'no-key' }],
    },
    attempts: [attempt()],
    outcome: 'succeeded',
    cost: { ...noMoneyFields, measuredNanodollars: 1_000_000 },
    ...fields,
  }
}

/** A day with everything in it: four models, one of them practice, and eight requests of every outcome. */
export const busyStats = statsResult({
  range: '30d',
  rows: [
    statsRow({
      group: 'anthropic/claude-sonnet-4.6',
      requests: 912,
      failed: 4,
      inputTokens: 2_400_000,
      outputTokens: 410_000,
      firstTextMs: { count: 908, p50: 610, p90: 1400, p99: 2800 },
      totalMs: { count: 908, p50: 3100, p90: 9000, p99: 21_400 },
      cost: { ...noMoneyFields, measuredNanodollars: 26_760_000_000 },
    }),
    statsRow({
      group: 'openai/gpt-5-mini',
      requests: 381,
      failed: 6,
      inputTokens: 900_000,
      outputTokens: 180_000,
      firstTextMs: { count: 375, p50: 480, p90: 900, p99: 1700 },
      totalMs: { count: 375, p50: 2300, p90: 5000, p99: 12_800 },
      cost: {
        ...noMoneyFields,
        measuredNanodollars: 14_490_000_000,
        estimatedNanodollars: 80_000_000,
        estimatedLowNanodollars: 60_000_000,
        estimatedHighNanodollars: 90_000_000,
      },
    }),
    statsRow({
      group: 'qwen/qwen3-coder',
      requests: 44,
      failed: 1,
      inputTokens: 120_000,
      outputTokens: 21_000,
      firstTextMs: { count: 43, p50: 810, p90: 1200, p99: 4100 },
      totalMs: { count: 43, p50: 5600, p90: 8000, p99: 185_000 },
      cost: { ...noMoneyFields, unknownCount: 43 },
    }),
    statsRow({
      group: 'practice/outline',
      isPractice: true,
      requests: 12,
      inputTokens: 9000,
      outputTokens: 4000,
      firstTextMs: { count: 12, p50: 50, p90: 60, p99: 80 },
      totalMs: { count: 12, p50: 1100, p90: 1200, p99: 1300 },
      cost: { ...noMoneyFields, practiceNanodollars: 310_000_000 },
    }),
    statsRow({ requests: 1, failed: 1 }),
  ],
  total: statsRow({
    requests: 1338,
    succeeded: 1320,
    failed: 12,
    cancelled: 6,
    attempts: 1380,
    failedAttempts: 54,
    fallbacks: 23,
    rewinds: 6,
    inputTokens: 3_420_000,
    cachedInputTokens: 1_300_000,
    outputTokens: 611_000,
    firstTextMs: { count: 1320, p50: 420, p90: 1200, p99: 2800 },
    totalMs: { count: 1320, p50: 3100, p90: 9000, p99: 21_400 },
    cost: {
      measuredNanodollars: 41_250_000_000,
      estimatedNanodollars: 80_000_000,
      estimatedLowNanodollars: 60_000_000,
      estimatedHighNanodollars: 90_000_000,
      unknownCount: 43,
      practiceNanodollars: 0,
    },
  }),
  practiceTotal: statsRow({
    isPractice: true,
    requests: 12,
    cost: { ...noMoneyFields, practiceNanodollars: 310_000_000 },
  }),
})

const brokeOff = {
  kind: 'truncated',
  message:
    'The answer of llama-3.3-70b at groq broke off after 312 tokens: expected its closing event, the connection was reset.',
}

export const busyJournal = journalResult([
  waybillFields({
    requestId: 'request-0001',
    attempts: [
      attempt({
        model: 'meta/llama-3.3-70b',
        provider: 'groq',
        outcome: 'failed',
        failure: brokeOff,
        next: 'fallback',
        isRewound: true,
        finishReason: undefined,
        usage: undefined,
        cost: { kind: 'estimated', nanodollars: 1_500_000, lowNanodollars: 1_400_000, highNanodollars: 1_600_000 },
      }),
      attempt({
        attempt: 2,
        model: 'deepseek/deepseek-v3.2',
        provider: 'deepinfra',
        cost: { kind: 'measured', nanodollars: 590_000 },
      }),
    ],
    cost: {
      ...noMoneyFields,
      measuredNanodollars: 590_000,
      estimatedNanodollars: 1_500_000,
      estimatedLowNanodollars: 1_400_000,
      estimatedHighNanodollars: 1_600_000,
    },
  }),
  waybillFields({
    requestId: 'request-0002',
    startedAtMs: sampleNowMs - 60_000,
    prompt: 'explain',
    attempts: [attempt()],
  }),
  waybillFields({
    requestId: 'request-0003',
    startedAtMs: sampleNowMs - 240_000,
    prompt: 'ask',
    attempts: [attempt({ model: 'qwen/qwen3-coder', provider: 'custom', cost: { kind: 'unknown' } })],
    cost: { ...noMoneyFields, unknownCount: 1 },
  }),
  waybillFields({
    requestId: 'request-0004',
    startedAtMs: sampleNowMs - 700_000,
    prompt: 'fix',
    firstTextMs: undefined,
    totalMs: 400,
    attempts: [
      attempt({
        outcome: 'failed',
        failure: {
          kind: 'rate-limited',
          message: 'openai answered 429: expected room in its rate limit; it asks to wait 42 s.',
        },
        next: 'stop',
        firstTextMs: undefined,
        finishReason: undefined,
        usage: undefined,
        cost: { kind: 'measured', nanodollars: 0 },
      }),
    ],
    outcome: 'failed',
    failure: {
      kind: 'rate-limited',
      message: 'openai answered 429: expected room in its rate limit; it asks to wait 42 s.',
    },
    cost: noMoneyFields,
  }),
  waybillFields({
    requestId: 'request-0005',
    startedAtMs: sampleNowMs - 86_400_000,
    prompt: 'document',
    outcome: 'cancelled',
    attempts: [attempt({ outcome: 'cancelled', finishReason: undefined })],
  }),
  waybillFields({
    requestId: 'request-0006',
    startedAtMs: sampleNowMs - 90_000_000,
    prompt: 'write-tests',
    attempts: [
      attempt({
        model: 'practice/outline',
        provider: 'practice-a',
        isPractice: true,
        cost: { kind: 'practice', nanodollars: 100_000 },
      }),
    ],
    cost: { ...noMoneyFields, practiceNanodollars: 100_000 },
  }),
])
