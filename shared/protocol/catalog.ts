/** The models that can be asked, and the endpoints of one of them. */
import * as z from 'zod'
import { modalities } from '../domain/endpoint.ts'
import { endpointIdSchema, modelIdSchema, providerIdSchema } from '../domain/ids.ts'
import { rateRowSchema } from '../domain/money.ts'
import { parameterNameSchema } from '../domain/parameterName.ts'
import { requestType } from './messageType.ts'

const tokensSchema = z.number().int().positive()

/** `keys-cooling`, `breaker-open` and `probing` pass by themselves at `reopensAtMs`. */
export const endpointStates = [
  'ready',
  'no-key',
  'keys-refused',
  'keys-cooling',
  'breaker-open',
  'half-open',
  'probing',
] as const
export type EndpointState = (typeof endpointStates)[number]

const percentilesSchema = z
  .object({ count: z.number().int(), p50: z.number(), p75: z.number(), p90: z.number(), p99: z.number() })
  .readonly()

export const catalogModelSchema = z
  .object({
    model: modelIdSchema,
    providers: z.array(providerIdSchema).readonly(),
    /** The largest of its endpoints; missing: unknown. */
    contextTokens: tokensSchema.exactOptional(),
    inputModalities: z.array(z.enum(modalities)).readonly().exactOptional(),
    /** Of its cheapest endpoint with a known price. */
    cheapest: rateRowSchema.exactOptional(),
  })
  .readonly()
export type CatalogModelRow = z.infer<typeof catalogModelSchema>

export const catalogEndpointSchema = z
  .object({
    endpoint: endpointIdSchema,
    provider: providerIdSchema,
    upstreamModel: z.string(),
    isLocal: z.boolean(),
    isPractice: z.boolean(),
    /** Missing: the price is unknown. */
    rates: rateRowSchema.exactOptional(),
    contextTokens: tokensSchema.exactOptional(),
    outputTokens: tokensSchema.exactOptional(),
    inputModalities: z.array(z.enum(modalities)).readonly().exactOptional(),
    /** Missing: unknown, taken to be all. */
    supportedParameters: z.array(parameterNameSchema).readonly().exactOptional(),
    quantization: z.string().exactOptional(),
    dataCollection: z.enum(['allow', 'deny']).exactOptional(),
    isZdr: z.boolean().exactOptional(),
    state: z.enum(endpointStates),
    /** Unix milliseconds. */
    reopensAtMs: z.number().exactOptional(),
    /** Less than 80 % of its calls of the last 30 s went well. */
    isUnstable: z.boolean(),
    /** Milliseconds to the first token, and tokens a second after it, of the last five minutes. */
    firstTokenMs: percentilesSchema.exactOptional(),
    tokensPerSecond: percentilesSchema.exactOptional(),
    /** Of the attempts so far, the newer ones counting more; missing: none. */
    failedRatio: z.number().exactOptional(),
  })
  .readonly()
export type CatalogEndpointRow = z.infer<typeof catalogEndpointSchema>

const dated = { catalogDate: z.string().exactOptional() } as const

export const catalogModels = requestType({
  method: 'waybill/catalog/models',
  doc: 'Lists the models that the configured providers offer, practice last.',
  params: z.object({
    /** Only ids that hold each of these words. */
    filter: z.string().max(200).exactOptional(),
    provider: providerIdSchema.exactOptional(),
  }),
  result: z.object({ models: z.array(catalogModelSchema).readonly(), ...dated }),
})

export const catalogEndpoints = requestType({
  method: 'waybill/catalog/endpoints',
  doc: 'The endpoints of one model: price, limits, what they support, and how they stand now.',
  params: z.object({ model: modelIdSchema }),
  result: z.object({ model: modelIdSchema, endpoints: z.array(catalogEndpointSchema).readonly(), ...dated }),
})

export const catalogRefresh = requestType({
  method: 'waybill/catalog/refresh',
  doc: 'Fetches the catalogue from the URL that the configuration names, and the list of models of every provider.',
  params: z.object({}),
  result: z.object({
    /** What did not work, in words; the rest did. */
    problems: z.array(z.string()).readonly(),
    modelCount: z.number().int().nonnegative(),
    ...dated,
  }),
})
