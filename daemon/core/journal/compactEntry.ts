/**
 * Entries as the journal's lines hold them, schema 2: a JSON object with short names, and without what the request's
 * `reserve` line of the same file says already. Any field that is added to an entry later is carried without a change here.
 *
 * - `r`: a `reserve`, without what the endpoint's id says and what most have in common; its plan by `compactPlan`.
 * - `e`: an `end`, `q`: a `request`, without what their reserve says. They still hold the request's id as it is, so that
 *   lines can be searched for it.
 * - everything else: the entry with short names, also an `end` or `request` whose reserve is in no line of the file.
 *
 * `expandedLine` takes both this and schema 1, which wrote entries as they are. It answers undefined for what is no entry.
 */
import type { RequestId } from '../../../shared/domain/ids.ts'
import { noMoney } from '../../../shared/domain/moneySum.ts'
import { compactHolds, expandedHolds } from './compactHolds.ts'
import { compactPlan, expandedPlan } from './compactPlan.ts'
import { decodeEntry } from './decodeEntry.ts'
import type { JournalEntry, ReserveEntry } from './entry.ts'
import { type Fields, filledIn, isFields, leftOutText, lineOwnName } from './leftOut.ts'

/** An entry, or one that can only be told once its reserve is known. */
export type ExpandedLine =
  | { readonly needs: 'nothing'; readonly entry: JournalEntry }
  | {
      readonly needs: 'reserve'
      readonly requestId: RequestId
      /** Missing: the request's last one before this line. */
      readonly attempt?: number
      /** Undefined: it is no entry. */
      readonly complete: (reserve: ReserveEntry) => JournalEntry | undefined
    }

export function compactEntry(entry: JournalEntry, reserve: ReserveEntry | undefined): string {
  const short = copyOf(entry)
  if (entry.type === 'reserve') {
    short.type = 'r'
    if (entry.scope.plan !== undefined) {
      const scope = copyOf(entry.scope)
      scope.plan = compactPlan(entry.scope.plan)
      short.scope = scope
    }
    if (entry.holds !== undefined) short.holds = compactHolds(entry.holds)
    replaceTime(short, 'requestStartedAtMs', entry.atMs)
    return leftOutText(short, reserveSaidBy(entry.endpoint))
  }
  if (entry.type === 'end' && reserve !== undefined) {
    short.type = 'e'
    replaceTime(short, 'atMs', reserve.atMs)
    return leftOutText(short, endSaidBy(reserve))
  }
  if (entry.type === 'request' && reserve !== undefined) {
    short.type = 'q'
    replaceTime(short, 'atMs', reserve.atMs)
    return leftOutText(short, requestSaidBy(reserve))
  }
  return leftOutText(entry, undefined)
}

export function expandedLine(value: unknown): ExpandedLine | undefined {
  if (!isFields(value)) return undefined
  if ('type' in value) return asWhole(decodeEntry(value))
  const { t: type, z: record, W: waybill } = value
  if (type === 'r') return asWhole(decodeEntry(expandedReserve(value)))
  if (type === 'e') return isFields(record) ? expandedEnd(value, record) : undefined
  if (type === 'q') return isFields(waybill) ? expandedRequest(value, waybill) : undefined
  return asWhole(decodeEntry(filledIn(value, undefined)))
}

function expandedEnd(short: Fields, { n: attempt = 1 }: Fields): ExpandedLine | undefined {
  const { i: requestId } = short
  if (typeof requestId !== 'string' || typeof attempt !== 'number') return undefined
  return {
    needs: 'reserve',
    requestId: requestId as RequestId,
    attempt,
    complete: (reserve) => {
      const entry = filledIn(short, endSaidBy(reserve))
      entry.type = 'end'
      entry.atMs ??= laterBy(short, reserve.atMs)
      return decodeEntry(entry)
    },
  }
}

function expandedRequest(short: Fields, { i: requestId }: Fields): ExpandedLine | undefined {
  if (typeof requestId !== 'string') return undefined
  return {
    needs: 'reserve',
    requestId: requestId as RequestId,
    complete: (reserve) => {
      const entry = filledIn(short, requestSaidBy(reserve))
      entry.type = 'request'
      entry.atMs ??= laterBy(short, reserve.atMs)
      return decodeEntry(entry)
    },
  }
}

function asWhole(entry: JournalEntry | undefined): ExpandedLine | undefined {
  return entry && { needs: 'nothing', entry }
}

function expandedReserve(short: Fields): unknown {
  const { e: endpoint, a: atMs } = short
  if (typeof endpoint !== 'string' || typeof atMs !== 'number') return undefined
  const entry = filledIn(short, reserveSaidBy(endpoint))
  entry.type = 'reserve'
  entry.requestStartedAtMs ??= laterBy(short, atMs)
  const { scope, holds } = entry
  if (Array.isArray(holds)) entry.holds = expandedHolds(holds)
  if (!isFields(scope) || !isFields(scope.plan)) return entry
  const long = copyOf(scope)
  long.plan = expandedPlan(scope.plan)
  entry.scope = long
  return entry
}

/** A time close to another one is written as the milliseconds between them. */
function replaceTime(short: Record<string, unknown>, name: string, baseMs: number): void {
  const timeMs = short[name]
  if (!Number.isSafeInteger(timeMs) || !Number.isSafeInteger(baseMs)) return
  short[lineOwnName] = timeMs === baseMs ? undefined : (timeMs as number) - baseMs
  short[name] = undefined
}

function laterBy({ [lineOwnName]: afterMs = 0 }: Fields, baseMs: number): unknown {
  return typeof afterMs === 'number' ? baseMs + afterMs : undefined
}

const measured = { kind: 'measured' }

/** What most reserves have in common. */
function reserveSaidBy(endpoint: string): Fields {
  const at = endpoint.lastIndexOf('@')
  return {
    attempt: 1,
    model: endpoint.slice(0, at),
    provider: endpoint.slice(at + 1),
    isPractice: false,
    bound: measured,
  }
}

/** What most ends have in common with their reserve. */
function endSaidBy(reserve: ReserveEntry): Fields {
  const { endpoint, provider, model, isPractice, key, bound, atMs: startedAtMs } = reserve
  return {
    record: {
      attempt: 1,
      endpoint,
      provider,
      model,
      isPractice,
      key,
      startedAtMs,
      outcome: 'succeeded',
      isRewound: false,
      finishReason: 'stop',
      cost: measured,
      bound,
    },
  }
}

function requestSaidBy(reserve: ReserveEntry): Fields {
  const { attempt, requestStartedAtMs: startedAtMs } = reserve
  const { client, user, workspace } = reserve.scope
  const waybill = copyOf(reserve.scope)
  waybill.client = undefined
  waybill.user = undefined
  waybill.workspace = undefined
  waybill.startedAtMs = startedAtMs
  waybill.caller = { client, user, workspace }
  waybill.outcome = 'succeeded'
  waybill.cost = noMoney
  return { attemptCount: attempt, waybill }
}

function copyOf(fields: Fields): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const name in fields) copy[name] = fields[name]
  return copy
}
