/** One waybill as a row of the panel and as what unfolds under it. Pure. */
import { estimateWords, reportedWords } from '../../shared/domain/costWords.ts'
import { formatMoney, formatMoneySum, formatSeconds, formatTokens } from '../../shared/domain/format.ts'
import type { Usage } from '../../shared/domain/usage.ts'
import type { AttemptRecord, Waybill } from '../../shared/domain/waybill.ts'
import type { LocalTime } from './localTime.ts'
import type { AttemptView, RequestView, Tone, WaybillView } from './viewModel.ts'
import {
  failureWords,
  nextStepWords,
  planOrderWords,
  profileSourceWords,
  promptWords,
  rejectionWords,
} from './words.ts'

export function requestViewOf(waybill: Waybill, time: LocalTime, nowMs: number): RequestView {
  const last = waybill.attempts.at(-1)
  return {
    requestId: waybill.requestId,
    time: time.timeOf(waybill.startedAtMs, nowMs),
    prompt: waybill.prompt === undefined ? 'Chat' : promptWords[waybill.prompt],
    model: last === undefined ? 'no endpoint reached' : slugOf(last.model),
    provider: last?.provider ?? '',
    isPractice: waybill.attempts.some((attempt) => attempt.isPractice),
    outcome: outcomeOf(waybill),
    firstText: durationOf(waybill.firstTextMs),
    total: formatSeconds(waybill.totalMs),
    cost: costOf(waybill),
    details: waybillViewOf(waybill, time),
  }
}

function waybillViewOf(waybill: Waybill, time: LocalTime): WaybillView {
  const tried = new Set(waybill.attempts.map((attempt) => attempt.endpoint))
  const candidates = waybill.plan?.candidates ?? []
  return {
    why: answerSentence(waybill),
    policy: profileSentence(waybill),
    attempts: waybill.attempts.map(attemptViewOf),
    untried: candidates.filter((endpoint) => !tried.has(endpoint)),
    rejected: (waybill.plan?.rejected ?? []).map(({ endpoint, reason }) => ({
      endpoint,
      reason: rejectionWords[reason],
    })),
    facts: factsOf(waybill, time),
  }
}

function outcomeOf(waybill: Waybill): { readonly text: string; readonly tone: Tone } {
  switch (waybill.outcome) {
    case 'succeeded': {
      const [first] = waybill.attempts
      const last = waybill.attempts.at(-1)
      if (waybill.attempts.some((attempt) => attempt.isRewound)) return { text: 'Rewound, done', tone: 'noted' }
      if (first?.endpoint !== last?.endpoint) return { text: 'Fell back', tone: 'noted' }
      return waybill.attempts.length > 1 ? { text: 'Retried', tone: 'noted' } : { text: 'Done', tone: 'quiet' }
    }
    case 'failed':
      return { text: waybill.failure === undefined ? 'Failed' : failureWords[waybill.failure.kind], tone: 'bad' }
    case 'cancelled':
      return { text: 'Cancelled', tone: 'noted' }
    case 'interrupted':
      return { text: 'Interrupted', tone: 'bad' }
  }
}

function answerSentence(waybill: Waybill): string {
  const last = waybill.attempts.at(-1)
  switch (waybill.outcome) {
    case 'succeeded': {
      if (last === undefined) return 'Answered without a call.'
      const failed = waybill.attempts.slice(0, -1)
      const place = `Answered by ${nameOf(last)}`
      if (failed.length > 0) return `${place} after ${failed.map(failedPhrase).join(', then ')}.`
      const candidateCount = waybill.plan?.candidates.length ?? 1
      return candidateCount > 1
        ? `${place}, the first of ${candidateCount} candidates.`
        : `${place}, the only candidate.`
    }
    case 'failed':
      return waybill.failure?.message ?? 'No answer.'
    case 'cancelled':
      return last === undefined ? 'Cancelled before the first call.' : `Cancelled while ${nameOf(last)} answered.`
    case 'interrupted':
      return 'The daemon ended before the answer did.'
  }
}

function failedPhrase(attempt: AttemptRecord): string {
  const word = attempt.failure === undefined ? 'failed' : failureWords[attempt.failure.kind].toLowerCase()
  return `${nameOf(attempt)} (${word}${attempt.isRewound ? ', its text was taken back' : ''})`
}

function profileSentence(waybill: Waybill): string {
  if (waybill.profile === undefined) return ''
  const source = waybill.profileSource === undefined ? '' : `, ${profileSourceWords[waybill.profileSource]}`
  return `Profile ${waybill.profile}${source}.`
}

function attemptViewOf(attempt: AttemptRecord): AttemptView {
  return {
    number: String(attempt.attempt),
    model: slugOf(attempt.model),
    provider: attempt.provider,
    isPractice: attempt.isPractice,
    outcome: attemptOutcomeOf(attempt),
    ...(attempt.failure === undefined ? {} : { failure: attempt.failure.message }),
    ...(attempt.next === undefined ? {} : { next: nextStepWords[attempt.next] }),
    timings: timingsOf(attempt),
    tokens: tokensOf(attempt.usage),
    cost: formatMoney(attempt.cost, 'price'),
    costNotes: [estimateWords(attempt), reportedWords(attempt)].flatMap((words) =>
      words === undefined ? [] : [sentenceOf(words)],
    ),
  }
}

function sentenceOf(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

function attemptOutcomeOf(attempt: AttemptRecord): { readonly text: string; readonly tone: Tone } {
  switch (attempt.outcome) {
    case 'succeeded':
      return attempt.finishReason === 'length'
        ? { text: 'Answered, cut at its limit', tone: 'noted' }
        : { text: 'Answered', tone: 'quiet' }
    case 'failed': {
      const word = attempt.failure === undefined ? 'Failed' : failureWords[attempt.failure.kind]
      return { text: attempt.isRewound ? `${word}, text taken back` : word, tone: 'bad' }
    }
    case 'cancelled':
      return { text: 'Cancelled', tone: 'noted' }
    case 'interrupted':
      return { text: 'Interrupted', tone: 'bad' }
  }
}

function timingsOf(attempt: AttemptRecord): string {
  const head = attempt.headMs === undefined ? 'no response' : `response ${formatSeconds(attempt.headMs)}`
  const first = attempt.firstTextMs === undefined ? 'no text' : `first text ${formatSeconds(attempt.firstTextMs)}`
  const key = attempt.key === undefined ? '' : `, key ${attempt.key}`
  const dropped = attempt.droppedParameters ?? []
  const without = dropped.length === 0 ? '' : `, sent without ${dropped.join(', ')}`
  return `${head}, ${first}, total ${formatSeconds(attempt.totalMs)}${key}${without}`
}

function tokensOf(usage: Usage | undefined): string {
  if (usage === undefined) return 'tokens unknown'
  const cached =
    usage.cachedInputTokens === undefined || usage.cachedInputTokens === 0
      ? ''
      : ` (${formatTokens(usage.cachedInputTokens)} cached)`
  const reasoning =
    usage.reasoningTokens === undefined || usage.reasoningTokens === 0
      ? ''
      : ` (${formatTokens(usage.reasoningTokens)} reasoning)`
  return `${formatTokens(usage.inputTokens)} in${cached}, ${formatTokens(usage.outputTokens)} out${reasoning}`
}

function factsOf(waybill: Waybill, time: LocalTime): WaybillView['facts'] {
  return [
    { label: 'Started', value: time.momentOf(waybill.startedAtMs) },
    { label: 'Client', value: waybill.caller.client },
    { label: 'User', value: waybill.caller.user },
    ...(waybill.caller.workspace === undefined ? [] : [{ label: 'Workspace', value: waybill.caller.workspace }]),
    { label: 'Request', value: waybill.requestId },
    ...routeFactsOf(waybill),
  ]
}

/** Each only where the waybill has it. */
function routeFactsOf({ plan, tier, waitedMs, catalogDate }: Waybill): WaybillView['facts'] {
  return [
    ...(plan?.orderedBy === undefined ? [] : [{ label: 'Ordered by', value: planOrderWords[plan.orderedBy] }]),
    ...(tier === undefined ? [] : [{ label: 'Tier', value: tier }]),
    ...(waitedMs === undefined
      ? []
      : [{ label: 'Waited', value: `${formatSeconds(waitedMs)}: nobody could be called before` }]),
    ...(catalogDate === undefined ? [] : [{ label: 'Prices', value: `catalogue of ${catalogDate}` }]),
  ]
}

/** A practice request costs pretend money even where its attempts were free. */
function costOf(waybill: Waybill): string {
  const isAllPractice = waybill.attempts.length > 0 && waybill.attempts.every((attempt) => attempt.isPractice)
  return isAllPractice ? 'pretend' : formatMoneySum(waybill.cost, 'request')
}

function durationOf(ms: number | undefined): string {
  return ms === undefined ? '–' : formatSeconds(ms, 'hundredths')
}

function nameOf(attempt: AttemptRecord): string {
  return `${slugOf(attempt.model)} at ${attempt.provider}`
}

function slugOf(model: string): string {
  return model.slice(model.indexOf('/') + 1)
}
