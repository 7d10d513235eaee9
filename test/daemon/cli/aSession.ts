/** A session that answers every method the command line asks with realistic values, and a chat by a given script. */
import type { Session } from '../../../daemon/gateway/session.ts'
import type { StreamPart } from '../../../shared/domain/streamPart.ts'
import { type Waybill, waybillSchema } from '../../../shared/domain/waybill.ts'
import { stats } from '../../../shared/protocol/stats.ts'
import { status } from '../../../shared/protocol/status.ts'

const failed = { kind: 'provider-error', message: 'Expected an answer; the provider sent HTTP 500.' } as const
const usage = { inputTokens: 2184, outputTokens: 119 }

/** Two attempts on practice endpoints: the first failed after text was drawn, the second answered. */
export const aFailover: Waybill = waybillSchema.parse({
  requestId: 'request-1',
  startedAtMs: 1_790_000_000_000,
  firstTextMs: 130,
  totalMs: 456,
  caller: { client: 'waybill-cli', user: 'ann', workspace: '/home/ann/project' },
  profile: 'practice-failover',
  profileSource: 'request',
  prompt: 'explain',
  plan: {
    version: 1,
    candidates: ['practice/outline@practice-faulty', 'practice/outline@practice-steady'],
    rejected: [{ endpoint: 'openai/gpt-5-mini@openai', reason: 'no-key' }],
  },
  attempts: [
    { ...attempt(1, 'practice-faulty', 80), outcome: 'failed', failure: failed, next: 'fallback', isRewound: true },
    { ...attempt(2, 'practice-steady', 370), outcome: 'succeeded', isRewound: false, usage, finishReason: 'stop' },
  ],
  outcome: 'succeeded',
  cost: sum({ practiceNanodollars: 1_500_000 }),
})

export const aRewind: readonly StreamPart[] = [
  start(1, 1, 'practice-faulty'),
  { number: 2, attempt: 1, type: 'text-append', text: 'A wrong' },
  { number: 3, attempt: 1, type: 'attempt-fail', failure: failed, next: 'fallback' },
  { number: 4, attempt: 1, type: 'rewind' },
  start(5, 2, 'practice-steady'),
  { number: 6, attempt: 2, type: 'text-append', text: 'The right ' },
  { number: 7, attempt: 2, type: 'text-append', text: 'answer' },
  { number: 8, type: 'request-end', outcome: 'succeeded' },
] as readonly StreamPart[]

const row = {
  group: 'openai/gpt-5-mini',
  isPractice: false,
  requests: 1204,
  succeeded: 1201,
  failed: 3,
  cancelled: 0,
  interrupted: 0,
  attempts: 1210,
  failedAttempts: 9,
  fallbacks: 2,
  rewinds: 1,
  inputTokens: 812_345,
  cachedInputTokens: 0,
  outputTokens: 91_234,
  reasoningTokens: 0,
  cost: sum({ measuredNanodollars: 2_560_000_000, unknownCount: 3 }),
  firstTextMs: { count: 1201, p50: 420, p90: 900, p99: 2100 },
  totalMs: { count: 1201, p50: 2140, p90: 6000, p99: 21_400 },
}
const practiceRow = { ...row, group: 'practice/outline', isPractice: true, cost: sum({ practiceNanodollars: 5 }) }

export const someStats = stats.result.parse({
  range: 'today',
  groupBy: 'model',
  rows: [row, practiceRow],
  total: { ...row, group: '' },
  practiceTotal: { ...practiceRow, group: '' },
})

export const someStatus = status.result.parse({
  version: '0.0.1',
  pid: 4711,
  node: 'v20.19.0',
  startedAtMs: 1_790_000_000_000,
  socketPath: '/home/ann/waybill.sock',
  configFile: '/home/ann/config.json',
  stateFolder: '/home/ann',
  logFile: '/home/ann/waybill.log',
  defaultProfile: 'default',
  connections: 1,
  requestsUnderWay: [],
  memoryBytes: 61_000_000,
  idleExitMs: 900_000,
  providers: [
    {
      id: 'openai',
      kind: 'openai',
      baseUrl: 'https://api.openai.com/v1',
      state: 'no-key',
      isLocal: false,
      isPractice: false,
      keyEnvironmentName: 'OPENAI_API_KEY',
      modelCount: 1,
    },
  ],
  configProblems: [{ file: 'config.json', place: 'line 3', expected: 'JSON', found: 'a comma', effect: 'refused' }],
  configInForce: 'last-good',
  ledger: { state: 'open' },
})

export function answeringSession(session: Session): Session {
  return {
    ...session,
    chat: async (params, sink) => {
      for (const part of aRewind) void sink([part])
      return { state: 'ended', waybill: { ...aFailover, requestId: params.requestId } }
    },
    journal: async () => ({ waybills: [aFailover], isEnd: true }),
    stats: () => someStats,
    status: () => someStatus,
    explain: () => ({ answer: 'one answered because another failed.', plans: [], attempts: [] }),
  }
}

function attempt(number: number, provider: string, totalMs: number) {
  return {
    attempt: number,
    endpoint: `practice/outline@${provider}`,
    provider,
    model: 'practice/outline',
    isPractice: true,
    startedAtMs: 1_790_000_000_000,
    headMs: 60,
    totalMs,
    cost: { kind: 'practice', nanodollars: 1_500_000 },
    bound: { kind: 'practice', nanodollars: 9_000_000 },
  }
}

function start(number: number, attemptNumber: number, provider: string) {
  const endpoint = `practice/outline@${provider}`
  return {
    number,
    attempt: attemptNumber,
    type: 'attempt-start',
    endpoint,
    provider,
    model: 'practice/outline',
    isPractice: true,
  }
}

function sum(amounts: Readonly<Record<string, number>>) {
  return {
    measuredNanodollars: 0,
    estimatedNanodollars: 0,
    estimatedLowNanodollars: 0,
    estimatedHighNanodollars: 0,
    unknownCount: 0,
    practiceNanodollars: 0,
    ...amounts,
  }
}
