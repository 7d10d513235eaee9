/**
 * Entries as the journal's lines hold them, schema 2: short names, and without what the request's `reserve` line of the
 * same file says already. Any field that is added to an entry later is carried without a change here.
 *
 * - `r`: a `reserve`; provider and model are left out where the endpoint's id says them.
 * - `e`: an `end`, `q`: a `request`, without what their reserve says. They still hold the request's id as it is, so that
 *   lines can be searched for it.
 * - everything else: the entry with short names, also an `end` or `request` whose reserve is in no line of the file.
 *
 * `expandedLine` takes both this and schema 1, which wrote entries as they are. It answers undefined for what is no entry.
 */
import type { RequestId } from '../../../shared/domain/ids.ts'
import { noMoney } from '../../../shared/domain/moneySum.ts'
import { decodeEntry } from './decodeEntry.ts'
import type { EndEntry, JournalEntry, RequestEntry, ReserveEntry } from './entry.ts'
import { type Fields, filledIn, leftOut } from './leftOut.ts'
import { withLongNames, withShortNames } from './shortNames.ts'

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

export function compactEntry(entry: JournalEntry, reserve: ReserveEntry | undefined): Fields {
  if (entry.type === 'reserve') return withShortNames({ ...leftOut(entry, saidByEndpoint(entry.endpoint)), type: 'r' })
  if (reserve === undefined) return withShortNames(entry)
  if (entry.type === 'end') {
    const { requestId } = entry
    const { attempt } = reserve
    return withShortNames({ type: 'e', requestId, attempt, ...leftOut(entry, endSaidBy(reserve)) })
  }
  if (entry.type === 'request') {
    const { requestId } = reserve
    return withShortNames({ type: 'q', requestId, ...leftOut(entry, requestSaidBy(reserve)) })
  }
  return withShortNames(entry)
}

export function expandedLine(value: unknown): ExpandedLine | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if ('type' in value) return asWhole(decodeEntry(value))
  const fields = withLongNames(value as Fields)
  const { type, requestId, attempt, ...rest } = fields
  switch (type) {
    case 'r':
      return typeof fields.endpoint === 'string'
        ? asWhole(decodeEntry(filledIn({ ...fields, type: 'reserve' }, saidByEndpoint(fields.endpoint))))
        : undefined
    case 'e':
      if (typeof requestId !== 'string' || typeof attempt !== 'number') return undefined
      return {
        needs: 'reserve',
        requestId: requestId as RequestId,
        attempt,
        complete: (reserve) => decodeEntry(filledIn(rest, endSaidBy(reserve))),
      }
    case 'q':
      if (typeof requestId !== 'string') return undefined
      return {
        needs: 'reserve',
        requestId: requestId as RequestId,
        complete: (reserve) => decodeEntry(filledIn(rest, requestSaidBy(reserve))),
      }
    default:
      return asWhole(decodeEntry(fields))
  }
}

function asWhole(entry: JournalEntry | undefined): ExpandedLine | undefined {
  return entry && { needs: 'nothing', entry }
}

function saidByEndpoint(endpoint: string): Fields {
  const at = endpoint.lastIndexOf('@')
  return { model: endpoint.slice(0, at), provider: endpoint.slice(at + 1), isPractice: false }
}

/** What most ends have in common with their reserve. */
function endSaidBy(reserve: ReserveEntry): Fields & Pick<EndEntry, 'type' | 'requestId'> {
  const { requestId, attempt, endpoint, provider, model, isPractice, key, bound } = reserve
  const common = { outcome: 'succeeded', isRewound: false, startedAtMs: reserve.atMs }
  const record = { ...common, attempt, endpoint, provider, model, isPractice, key, bound }
  return { type: 'end', requestId, record }
}

function requestSaidBy(reserve: ReserveEntry): Fields & Pick<RequestEntry, 'type' | 'attemptCount'> {
  const { requestId, attempt, requestStartedAtMs: startedAtMs } = reserve
  const { client, user, workspace, ...route } = reserve.scope
  const caller = { client, user, workspace }
  const waybill = { requestId, startedAtMs, caller, ...route, outcome: 'succeeded', cost: noMoney }
  return { type: 'request', attemptCount: attempt, waybill }
}
