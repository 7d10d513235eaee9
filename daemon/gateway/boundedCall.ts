/**
 * A call encoded far enough to be bounded: the request as its endpoint takes it, and the most that its input can count. A
 * request of text alone is encoded once, here, and sent as it is; of one with images only the text is encoded twice.
 */
import type { ChatRequest } from '../../shared/domain/chatRequest.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import { type InputBound, inputBound } from '../core/quota/bound.ts'
import type { Upstream, UpstreamCall } from './ports.ts'

export type BoundedCall = {
  readonly input: InputBound
  /** What is sent under this output limit, which is at most that of the request. */
  readonly under: (maxOutputTokens: number) => Pick<UpstreamCall, 'request' | 'bodyText'>
}

export function boundedCallOf(
  upstream: Pick<Upstream, 'encode'>,
  request: ChatRequest,
  endpoint: Endpoint,
): BoundedCall {
  const text = withoutBase64(request)
  const bodyText = upstream.encode({ endpoint, request: text })
  return {
    input: inputBound(bodyText, request, endpoint.dialect),
    under: (maxOutputTokens) => {
      const { parameters } = request
      if (maxOutputTokens !== parameters.maxOutputTokens) {
        return { request: { ...request, parameters: { ...parameters, maxOutputTokens } } }
      }
      return { request, ...(text === request && { bodyText }) }
    },
  }
}

/** The same object where there is none. */
function withoutBase64(request: ChatRequest): ChatRequest {
  const holdsImage = request.messages.some(
    ({ content }) => typeof content !== 'string' && content.some(({ type }) => type === 'image'),
  )
  if (!holdsImage) return request
  const messages = request.messages.map((message) => {
    const { content } = message
    if (typeof content === 'string') return message
    return { ...message, content: content.map((part) => (part.type === 'image' ? { ...part, base64: '' } : part)) }
  })
  return { ...request, messages }
}
