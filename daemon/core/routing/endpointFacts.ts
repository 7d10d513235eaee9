/**
 * Of an endpoint, what planning reads. Made once when the catalogue or the configuration changes; for an input so long that
 * another tier of the price counts, made for it.
 */
import type { Endpoint } from '../../../shared/domain/endpoint.ts'
import { tokenRatesFor } from '../quota/price.ts'
import type { EndpointFacts, Standing } from './planInput.ts'

export function factsOf(endpoint: Endpoint, inputTokens = 0): EndpointFacts {
  const { rates, supportedParameters, inputModalities } = endpoint
  const tokenRates = rates === undefined ? undefined : tokenRatesFor(rates, inputTokens)
  return known({
    id: endpoint.id,
    provider: endpoint.provider,
    promptNanodollars: tokenRates?.inputNanodollarsPerMillionTokens,
    completionNanodollars: tokenRates?.outputNanodollarsPerMillionTokens,
    cachedReadNanodollars: tokenRates?.cachedInputNanodollarsPerMillionTokens,
    requestNanodollars: rates?.nanodollarsPerRequest,
    imageNanodollars: rates?.nanodollarsPerImage,
    contextTokens: endpoint.contextTokens,
    outputTokens: endpoint.outputTokens,
    parameters: supportedParameters === undefined ? undefined : [...supportedParameters].sort(),
    modalities: inputModalities === undefined ? undefined : [...inputModalities].sort(),
    quantization: endpoint.quantization,
    dataCollection: endpoint.dataCollection,
    isZdr: endpoint.isZdr,
    isLocal: endpoint.isLocal,
  })
}

type Loose<Record> = { readonly [Key in keyof Record]: Record[Key] | undefined }

function known(facts: Loose<EndpointFacts>): EndpointFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as EndpointFacts
}

/** Of an endpoint that nothing has happened to. */
export const freshStanding: Standing = {
  openUntilMs: 0,
  isProbing: false,
  unstableUntilMs: 0,
  keys: { state: 'not-needed' },
}
