/** The requests that wait because every endpoint of theirs is cooling, or for room in a budget: until when, and for whom. */
import type { BudgetName } from '../../shared/domain/budget.ts'
import type { EndpointId, RequestId } from '../../shared/domain/ids.ts'

/** `untilMs`: Unix milliseconds. */
type RequestWait = { readonly untilMs: number; readonly endpoint: EndpointId; readonly budget?: BudgetName }

export type RequestWaits = {
  /** The returned function ends it. */
  readonly start: (requestId: RequestId, wait: RequestWait) => () => void
  /** Oldest first. */
  readonly list: () => readonly (RequestWait & { readonly requestId: RequestId })[]
}

export function createRequestWaits(): RequestWaits {
  const waits = new Map<RequestId, RequestWait>()
  return {
    start: (requestId, wait) => {
      waits.set(requestId, wait)
      return () => void waits.delete(requestId)
    },
    list: () => [...waits].map(([requestId, wait]) => ({ requestId, ...wait })),
  }
}
