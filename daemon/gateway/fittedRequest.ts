/** The request as one endpoint can take it, and what had to be left out for that. */
import type { ChatRequest } from '../../shared/domain/chatRequest.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import { type Fitted, fitParameters, withoutParameters } from '../core/routing/parameters.ts'
import { wireOf } from '../core/wire/wires.ts'
import type { AdmittedRequest } from './admittedRequest.ts'

type Limited = ChatRequest & { readonly parameters: { readonly maxOutputTokens: number } }

/** First what the endpoint does not know at all, then what its model refuses in this very request. */
export function fittedRequestOf(request: AdmittedRequest, endpoint: Endpoint): Fitted<Limited> {
  const known = fitParameters(chatRequestFor(request, endpoint), endpoint.supportedParameters)
  const refused = wireOf(endpoint.dialect).refusedOf?.(known.request, endpoint.upstreamModel)
  if (refused === undefined || refused.size === 0) return known
  const fitted = withoutParameters(known.request, (name) => refused.has(name))
  return { request: fitted.request, dropped: [...known.dropped, ...fitted.dropped].sort() }
}

/** The output limit is always sent; a default one is cut to what the endpoint can give. */
function chatRequestFor(request: AdmittedRequest, endpoint: Endpoint): Limited {
  const { parameters } = request.policy
  const maxOutputTokens = Math.min(parameters.maxOutputTokens, endpoint.outputTokens ?? parameters.maxOutputTokens)
  return {
    messages: request.messages,
    parameters: { ...parameters, maxOutputTokens },
    ...(request.tools !== undefined && { tools: request.tools }),
  }
}
