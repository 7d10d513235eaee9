/** Of an endpoint, what planning reads. Made once when the catalogue or the configuration changes. */
import type { Endpoint } from '../../../shared/domain/endpoint.ts'
import type { EndpointFacts, Standing } from './planInput.ts'

export function factsOf(endpoint: Endpoint): EndpointFacts {
  const { rates, supportedParameters, inputModalities } = endpoint
  return known({
    id: endpoint.id,
    provider: endpoint.provider,
    promptNanodollars: rates?.inputNanodollarsPerMillionTokens,
    completionNanodollars: rates?.outputNanodollarsPerMillionTokens,
    cachedReadNanodollars: rates?.cachedInputNanodollarsPerMillionTokens,
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
