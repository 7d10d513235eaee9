/** Past requests, newest first, page by page, until as many came as are wanted, nothing is left, or the signal aborts. */
import type { Waybill } from '../../shared/domain/waybill.ts'
import type { WaybillFilter } from '../../shared/domain/waybillFilter.ts'
import { journal, journalLimits } from '../../shared/protocol/journal.ts'
import type { DaemonClient } from './daemonClient.ts'
import { resultOf } from './withClient.ts'

export type PagesWish = { readonly filter: WaybillFilter | undefined; readonly count: number }

export async function* waybillPages(
  client: DaemonClient,
  { filter, count }: PagesWish,
  signal: AbortSignal,
): AsyncGenerator<readonly Waybill[]> {
  let left = count
  let cursor: string | undefined
  while (left > 0 && !signal.aborted) {
    const params = {
      limit: Math.min(left, journalLimits.most),
      ...(filter !== undefined && { filter }),
      ...(cursor !== undefined && { cursor }),
    }
    const page = resultOf(await client.request(journal, params, signal))
    if (page.waybills.length > 0) yield page.waybills
    left -= page.waybills.length
    cursor = page.cursor
    // A daemon that gives no cursor has told all that it will.
    if (cursor === undefined) return
  }
}
