/**
 * Reads a JSON object as an entry of the journal; undefined for what is none. The three kinds that are nearly all lines of
 * a day are checked by hand, because recovery reads a whole day: their names, times, counts and money, which the reducer
 * computes with. Fields that are not known here pass. The other kinds are read by their schema.
 */
import { failureKinds } from '../../../shared/domain/failure.ts'
import { outcomes } from '../../../shared/domain/streamPart.ts'
import { type JournalEntry, journalEntrySchema } from './entry.ts'
import type { Fields } from './leftOut.ts'

export function decodeEntry(value: unknown): JournalEntry | undefined {
  if (!isFields(value)) return undefined
  switch (value.type) {
    case 'reserve':
      return isReserve(value) ? (value as unknown as JournalEntry) : undefined
    case 'end':
      return isEnd(value) ? (value as unknown as JournalEntry) : undefined
    case 'request':
      return isRequest(value) ? (value as unknown as JournalEntry) : undefined
    default: {
      const decoded = journalEntrySchema.safeParse(value)
      return decoded.success ? decoded.data : undefined
    }
  }
}

const knownOutcomes: ReadonlySet<unknown> = new Set(outcomes)
const knownFailures: ReadonlySet<unknown> = new Set(failureKinds)
const requestIdPattern = /^[A-Za-z0-9_-]{8,64}$/

function isReserve(entry: Fields): boolean {
  return (
    isTime(entry.atMs) &&
    isRequestId(entry.requestId) &&
    isTime(entry.requestStartedAtMs) &&
    isAttempted(entry) &&
    isMoney(entry.bound) &&
    isCount(entry.boundInputTokens) &&
    isCount(entry.boundOutputTokens) &&
    isTextOrMissing(entry.key) &&
    isTextOrMissing(entry.keyPrint) &&
    (entry.holds === undefined || isHolds(entry.holds)) &&
    isScope(entry.scope)
  )
}

function isHolds(holds: unknown): boolean {
  return (
    Array.isArray(holds) &&
    holds.every((hold: unknown) => isFields(hold) && isCount(hold.amount) && isTime(hold.startMs))
  )
}

function isEnd({ atMs, requestId, record }: Fields): boolean {
  return (
    isTime(atMs) &&
    isRequestId(requestId) &&
    isFields(record) &&
    isAttempted(record) &&
    isTime(record.startedAtMs) &&
    isDuration(record.totalMs) &&
    isDurationOrMissing(record.firstTextMs) &&
    isDurationOrMissing(record.headMs) &&
    knownOutcomes.has(record.outcome) &&
    isFailureOrMissing(record.failure) &&
    typeof record.isRewound === 'boolean' &&
    isUsageOrMissing(record.usage) &&
    isMoney(record.cost) &&
    isMoney(record.bound)
  )
}

function isRequest({ atMs, attemptCount, waybill }: Fields): boolean {
  return (
    isTime(atMs) &&
    isCount(attemptCount) &&
    isFields(waybill) &&
    isRequestId(waybill.requestId) &&
    isTime(waybill.startedAtMs) &&
    isDuration(waybill.totalMs) &&
    isDurationOrMissing(waybill.firstTextMs) &&
    isFields(waybill.caller) &&
    isScope({ ...waybill, ...waybill.caller }) &&
    knownOutcomes.has(waybill.outcome) &&
    isFailureOrMissing(waybill.failure) &&
    isMoneySum(waybill.cost)
  )
}

/** What a reserve and an attempt's record share. */
function isAttempted({ attempt, endpoint, provider, model, isPractice }: Fields): boolean {
  return (
    isCount(attempt) &&
    attempt > 0 &&
    typeof endpoint === 'string' &&
    typeof provider === 'string' &&
    typeof model === 'string' &&
    typeof isPractice === 'boolean'
  )
}

function isScope(scope: unknown): boolean {
  return (
    isFields(scope) &&
    typeof scope.client === 'string' &&
    typeof scope.user === 'string' &&
    isTextOrMissing(scope.workspace) &&
    isTextOrMissing(scope.profile) &&
    isTextOrMissing(scope.prompt) &&
    (scope.plan === undefined || isPlan(scope.plan))
  )
}

function isPlan(plan: unknown): boolean {
  return (
    isFields(plan) && Number.isInteger(plan.version) && Array.isArray(plan.candidates) && Array.isArray(plan.rejected)
  )
}

function isMoney(money: unknown): boolean {
  if (!isFields(money)) return false
  switch (money.kind) {
    case 'unknown':
      return true
    case 'measured':
    case 'practice':
      return isCount(money.nanodollars)
    case 'estimated':
      return isCount(money.nanodollars) && isCount(money.lowNanodollars) && isCount(money.highNanodollars)
    default:
      return false
  }
}

function isMoneySum(sum: unknown): boolean {
  return (
    isFields(sum) &&
    isCount(sum.measuredNanodollars) &&
    isCount(sum.estimatedNanodollars) &&
    isCount(sum.estimatedLowNanodollars) &&
    isCount(sum.estimatedHighNanodollars) &&
    isCount(sum.unknownCount) &&
    isCount(sum.practiceNanodollars)
  )
}

function isUsageOrMissing(usage: unknown): boolean {
  if (usage === undefined) return true
  return isFields(usage) && Object.values(usage).every((count) => count === undefined || isCount(count))
}

function isFailureOrMissing(failure: unknown): boolean {
  if (failure === undefined) return true
  return isFields(failure) && knownFailures.has(failure.kind) && typeof failure.message === 'string'
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRequestId(value: unknown): boolean {
  return typeof value === 'string' && requestIdPattern.test(value)
}

function isTextOrMissing(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function isTime(value: unknown): boolean {
  return typeof value === 'number'
}

function isDuration(value: unknown): boolean {
  return typeof value === 'number' && value >= 0
}

function isDurationOrMissing(value: unknown): boolean {
  return value === undefined || isDuration(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
