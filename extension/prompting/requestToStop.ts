/** Which of the requests under way a stop means: the one that is named, else the active document's newest, else the newest. Pure. */
import type { RunningRequest } from './runningRequests.ts'

export type StopPlace = { readonly requestId: string | undefined; readonly activeDocumentUri: string | undefined }

export function requestToStop(
  requests: readonly RunningRequest[],
  { requestId, activeDocumentUri }: StopPlace,
): RunningRequest | undefined {
  if (requestId !== undefined) return requests.find((request) => request.requestId === requestId)
  const own = requests.filter(({ documentUri }) => documentUri !== undefined && documentUri === activeDocumentUri)
  return own.at(-1) ?? requests.at(-1)
}
