/**
 * Collects one page of waybills while the journal's lines are read from the newest backwards. A request's own line comes
 * first, its attempts' lines after it, and what those leave out stands in their `reserve` lines, which come last. The page
 * is in the order of the requests' own lines, whatever lies between; a waybill whose first `reserve` was read is as whole as
 * the journal is.
 */
import type { RequestId } from '../../../shared/domain/ids.ts'
import type { AttemptRecord, Waybill } from '../../../shared/domain/waybill.ts'
import type { ExpandedLine } from './compactEntry.ts'
import { reservesIn } from './completeEntries.ts'
import type { EndEntry, JournalEntry, RequestEntry, ReserveEntry } from './entry.ts'

export type WaybillPage = {
  /** A line that may be a request's own, which then belongs to the page. */
  readonly take: (line: ExpandedLine) => void
  /** A line that counts only for what belongs to the page already. */
  readonly complete: (line: ExpandedLine) => void
  /** Waybills that are wanted, or may turn out to be. */
  readonly count: () => number
  /** Of requests that belong to the page and lack lines. */
  readonly incomplete: () => readonly RequestId[]
  /** Newest first; of those that lack lines what is known. */
  readonly waybills: () => readonly Waybill[]
}

type Row = {
  readonly requestId: RequestId
  request: RequestEntry | undefined
  readonly attempts: AttemptRecord[]
  /** Their reserve has not been read. */
  waiting: (ExpandedLine & { readonly needs: 'reserve' })[]
}

export function createWaybillPage(isWanted: (waybill: Waybill) => boolean): WaybillPage {
  const rows = new Set<Row>()
  const open = new Map<RequestId, Row>()

  function openRow(requestId: RequestId): Row {
    const row: Row = { requestId, request: undefined, attempts: [], waiting: [] }
    rows.add(row)
    open.set(requestId, row)
    return row
  }

  function close(row: Row): void {
    open.delete(row.requestId)
    const waybill = waybillOf(row)
    if (waybill === undefined || !isWanted(waybill)) rows.delete(row)
  }

  function onReserve(reserve: ReserveEntry): void {
    const row = open.get(reserve.requestId)
    if (row === undefined) return
    const isFor = ({ attempt = reserve.attempt }: { readonly attempt?: number }) => attempt === reserve.attempt
    for (const line of row.waiting.filter(isFor)) keep(row, line.complete(reserve))
    row.waiting = row.waiting.filter((line) => !isFor(line))
    if (reserve.attempt === 1 || isWhole(row)) close(row)
  }

  function rowOf(requestId: RequestId, mayOpen: boolean): Row | undefined {
    return open.get(requestId) ?? (mayOpen ? openRow(requestId) : undefined)
  }

  function onPart(entry: RequestEntry | EndEntry, isOpening: boolean): void {
    const requestId = entry.type === 'end' ? entry.requestId : entry.waybill.requestId
    const row = rowOf(requestId, isOpening && entry.type === 'request')
    if (row === undefined) return
    keep(row, entry)
    if (isWhole(row)) close(row)
  }

  function onOther(entry: JournalEntry): void {
    for (const reserve of reservesIn(entry).toReversed()) onReserve(reserve)
    // The file begins here: what still waits for a line of it waits in vain.
    if (entry.type === 'checkpoint') for (const row of open.values()) row.waiting = []
  }

  function take(line: ExpandedLine, isOpening: boolean): void {
    if (line.needs === 'reserve') {
      // Only a request's own line speaks of no attempt.
      rowOf(line.requestId, isOpening && line.attempt === undefined)?.waiting.push(line)
      return
    }
    const { entry } = line
    if (entry.type === 'request' || entry.type === 'end') onPart(entry, isOpening)
    else onOther(entry)
  }

  return {
    take: (line) => take(line, true),
    complete: (line) => take(line, false),
    count: () => rows.size,
    incomplete: () => [...open.keys()],
    waybills: () => [...rows].flatMap((row) => waybillOf(row) ?? []).filter(isWanted),
  }
}

function isWhole({ request, attempts }: Row): boolean {
  return request !== undefined && attempts.length >= request.attemptCount
}

function keep(row: Row, entry: JournalEntry | undefined): void {
  if (entry?.type === 'request') row.request = entry
  if (entry?.type === 'end') row.attempts.push(entry.record)
}

function waybillOf({ request, attempts }: Row): Waybill | undefined {
  return request && { ...request.waybill, attempts: attempts.toSorted((a, b) => a.attempt - b.attempt) }
}
