/** The totals of requests straight from journal lines, written down naively: what roll-ups are compared with. */
import type { EndEntry, JournalEntry, ReserveEntry } from '../../daemon/core/journal/entry.ts'
import { cacheSavingsNanodollars } from '../../daemon/core/metrics/cacheSavings.ts'
import type { StatsFilter } from '../../daemon/core/metrics/statsSelection.ts'
import { addMoney, noMoney } from '../../shared/domain/moneySum.ts'
import type { StatsDimension, StatsRow } from '../../shared/domain/stats.ts'

type Dimensions = Readonly<Record<StatsDimension, string>> & { readonly isPractice: boolean }
type Counted = {
  readonly atMs: number
  readonly of: Dimensions
  readonly entry: JournalEntry
  readonly reserve?: ReserveEntry
}

export type ReferenceRow = Omit<StatsRow, 'firstTextMs' | 'totalMs' | 'tokensPerSecond'> & {
  readonly totalMsValues: readonly number[]
}

/** By group, practice with ` (practice)` behind it. */
export function referenceStats(
  entries: readonly JournalEntry[],
  groupBy: StatsDimension,
  where: StatsFilter,
  isInRange: (atMs: number) => boolean,
): ReadonlyMap<string, ReferenceRow> {
  const rows = new Map<string, ReferenceRow>()
  for (const counted of countedOf(entries)) {
    const { of, atMs } = counted
    if (!isInRange(atMs)) continue
    if (!Object.entries(where).every(([dimension, values]) => values?.includes(of[dimension as StatsDimension])))
      continue
    const name = of[groupBy] + (of.isPractice ? ' (practice)' : '')
    rows.set(name, added(rows.get(name) ?? emptyRow(of[groupBy], of.isPractice), counted))
  }
  return rows
}

function countedOf(entries: readonly JournalEntry[]): readonly Counted[] {
  const reserves = new Map<string, ReserveEntry>()
  const last = new Map<string, ReserveEntry>()
  const counted: Counted[] = []
  for (const entry of entries) {
    if (entry.type === 'reserve') {
      reserves.set(`${entry.requestId} ${entry.attempt}`, entry)
      last.set(entry.requestId, entry)
    }
    if (entry.type === 'end') {
      const reserve = reserves.get(`${entry.requestId} ${entry.record.attempt}`)
      if (reserve !== undefined) counted.push({ atMs: entry.atMs, of: dimensionsOf(reserve), entry, reserve })
    }
    if (entry.type === 'request') {
      const reserve = last.get(entry.waybill.requestId)
      const { caller, profile = '', prompt = '' } = entry.waybill
      const none = { endpoint: '', provider: '', model: '', isPractice: profile.startsWith('practice') }
      const unreached = {
        ...none,
        profile,
        prompt,
        user: caller.user,
        client: caller.client,
        workspace: caller.workspace ?? '',
      }
      const of = reserve === undefined ? unreached : dimensionsOf(reserve)
      counted.push({ atMs: entry.atMs, of, entry, ...(reserve !== undefined && { reserve }) })
    }
  }
  return counted
}

function dimensionsOf({ endpoint, provider, model, isPractice, scope }: ReserveEntry): Dimensions {
  const { profile = '', workspace = '', prompt = '', user, client } = scope
  return { endpoint, provider, model, isPractice, profile, workspace, prompt, user, client }
}

function added(row: ReferenceRow, { entry, reserve }: Counted): ReferenceRow {
  if (entry.type === 'end') return withAttempt(row, entry)
  if (entry.type !== 'request') return row
  const { outcome, plan, totalMs } = entry.waybill
  const isFallback = outcome === 'succeeded' && reserve?.endpoint !== plan?.candidates[0]
  return {
    ...row,
    requests: row.requests + 1,
    [outcome]: row[outcome] + 1,
    fallbacks: row.fallbacks + (isFallback ? 1 : 0),
    totalMsValues: outcome === 'succeeded' ? [...row.totalMsValues, totalMs] : row.totalMsValues,
  }
}

const noUsage = { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 }

function withAttempt(row: ReferenceRow, { record }: EndEntry): ReferenceRow {
  const usage = { ...noUsage, ...record.usage }
  const saved = cacheSavingsNanodollars(record.usage, record.rates)
  const kind = row.isPractice ? 'practice' : 'measured'
  const savings = saved === undefined ? ({ kind: 'unknown' } as const) : ({ kind, nanodollars: saved } as const)
  return {
    ...row,
    attempts: row.attempts + 1,
    failedAttempts: row.failedAttempts + (record.outcome === 'failed' ? 1 : 0),
    rewinds: row.rewinds + (record.isRewound ? 1 : 0),
    inputTokens: row.inputTokens + usage.inputTokens,
    cachedInputTokens: row.cachedInputTokens + usage.cachedInputTokens,
    cacheWriteTokens: (row.cacheWriteTokens ?? 0) + usage.cacheWriteTokens,
    outputTokens: row.outputTokens + usage.outputTokens,
    reasoningTokens: row.reasoningTokens + usage.reasoningTokens,
    cost: addMoney(row.cost, record.cost),
    cacheSavings: addMoney(row.cacheSavings ?? noMoney, savings),
  }
}

function emptyRow(group: string, isPractice: boolean): ReferenceRow {
  const counts = { requests: 0, succeeded: 0, failed: 0, cancelled: 0, interrupted: 0, attempts: 0, failedAttempts: 0 }
  const tokens = { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 }
  const money = { cost: noMoney, cacheSavings: noMoney }
  return { group, isPractice, ...counts, fallbacks: 0, rewinds: 0, ...tokens, ...money, totalMsValues: [] }
}
