/**
 * The endpoints of one configured provider: its models as the catalogue and its own list know them, and over them, field by
 * field, what the user declares. Part of the composition root, beside settingsOf. Pure.
 */
import type { DeclaredModel } from '../shared/domain/declaredModel.ts'
import type { Endpoint } from '../shared/domain/endpoint.ts'
import { endpointIdOf } from '../shared/domain/ids.ts'
import type { RateRow } from '../shared/domain/money.ts'
import { type ParameterName, parameterNames } from '../shared/domain/parameterName.ts'
import type { CatalogModel } from './core/catalog/catalogDocument.ts'
import { catalogRatesOf } from './core/catalog/catalogRates.ts'
import { rateRowOf } from './core/quota/declaredPrice.ts'
import type { ProviderInfo } from './gateway/settings.ts'
import { dataPolicyOf } from './providers/dataPolicies.ts'
import { type ProviderRow, supportedParametersOf, upstreamModelOf } from './providers/providerRow.ts'
import type { ProviderConfig } from './storage/configSchema.ts'

export type OfferedModels = {
  readonly info: ProviderInfo
  readonly row: ProviderRow
  readonly config: Pick<ProviderConfig, 'dataCollection' | 'isZdr'>
  readonly known: readonly CatalogModel[]
  readonly declared: readonly DeclaredModel[]
  /** UTC, YYYY-MM-DD. */
  readonly day: string
}

/** Declared models first, in their order; then the others. */
export function endpointsOf(offered: OfferedModels): readonly Endpoint[] {
  const { row, known, declared } = offered
  const nameOf = ({ model, name }: DeclaredModel) => name ?? upstreamModelOf(row, model)
  const declaredNames = new Set(declared.map(nameOf))
  const declaredIds = new Set(declared.map(({ model }) => model))
  const others = known.filter(
    ({ model, upstreamModel }) => !declaredIds.has(model) && !declaredNames.has(upstreamModel),
  )
  return [
    ...declared.map((one) => {
      const same = (model: CatalogModel) => model.upstreamModel === nameOf(one)
      const sameId = (model: CatalogModel) => model.model === one.model && one.name === undefined
      return endpointOf(offered, one, known.find(same) ?? known.find(sameId))
    }),
    ...others.map((model) => endpointOf(offered, { model: model.model }, model)),
  ]
}

/** Pretend prices, so that practice shows what a cost looks like; practice money is never added to real money. */
const pretendPrice = { input: '1', output: '4' }
/** What runs on this machine is billed by nobody. */
const freePrice = { input: 0, output: 0 }

function endpointOf(offered: OfferedModels, declared: DeclaredModel, known: CatalogModel | undefined): Endpoint {
  const { info, row, config } = offered
  const { model } = declared
  const upstreamModel = declared.name ?? known?.upstreamModel ?? upstreamModelOf(row, model)
  const isLocal = info.isLocal && row.handedOn?.test(upstreamModel) !== true
  const rates = ratesOf(offered, declared, known)
  // Of a kind that keeps nothing because it runs here, nothing is known where it runs elsewhere.
  const policy = row.isLocal && !isLocal ? {} : dataPolicyOf(row.kind, upstreamModel)
  return withoutUndefined({
    id: endpointIdOf(model, info.id),
    provider: info.id,
    model,
    upstreamModel,
    dialect: row.dialect,
    rates,
    contextTokens: declared.contextTokens ?? known?.contextTokens,
    outputTokens: declared.outputTokens ?? known?.outputTokens,
    inputModalities: declared.inputModalities ?? known?.inputModalities,
    supportedParameters: parametersOf(row, upstreamModel, declared, known),
    quantization: declared.quantization ?? known?.quantization,
    dataCollection: declared.dataCollection ?? config.dataCollection ?? known?.dataCollection ?? policy.dataCollection,
    isZdr: declared.isZdr ?? config.isZdr ?? known?.isZdr ?? policy.isZdr,
    isLocal,
    isPractice: info.isPractice,
    timeouts: declared.timeouts,
  })
}

function ratesOf(
  { info, day }: OfferedModels,
  declared: DeclaredModel,
  known: CatalogModel | undefined,
): RateRow | undefined {
  if (declared.price !== undefined) return rateRowOf(declared.price, info.isPractice ? 'practice' : 'declared')
  if (info.isPractice) return rateRowOf(pretendPrice, 'practice')
  const ofCatalog = known && catalogRatesOf(known, day)
  // A model that only the server's own list names is one that the server runs itself.
  return ofCatalog ?? (info.isLocal && known !== undefined ? rateRowOf(freePrice, 'local') : undefined)
}

function parametersOf(
  row: ProviderRow,
  upstreamModel: string,
  declared: DeclaredModel,
  known: CatalogModel | undefined,
): ReadonlySet<ParameterName> | undefined {
  if (declared.supportedParameters !== undefined) return new Set(declared.supportedParameters)
  const lacks = parameterNames.filter((name) => known?.takes[name] === false)
  return supportedParametersOf(row, upstreamModel, lacks)
}

type Loose<Value> = { readonly [Key in keyof Value]: Value[Key] | undefined }

function withoutUndefined(endpoint: Loose<Endpoint>): Endpoint {
  return Object.fromEntries(Object.entries(endpoint).filter(([, value]) => value !== undefined)) as Endpoint
}
