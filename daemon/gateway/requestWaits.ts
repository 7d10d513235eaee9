/** The requests that wait because every endpoint of theirs is cooling: until when, and who is expected back first. */
import type { EndpointId, RequestId } from '../../shared/domain/ids.ts'

/** `untilMs`: Unix milliseconds. */
type RequestWait = { readonly untilMs: number; readonly endpoint: EndpointId }

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
