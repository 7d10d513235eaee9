/** What a kind of provider is: a row of data, the same for everyone who uses it. */
import type { Dialect } from '../../shared/domain/dialect.ts'
import type { ModelId } from '../../shared/domain/ids.ts'
import { type ParameterName, parameterNames } from '../../shared/domain/parameterName.ts'
import type { ProviderKind } from '../../shared/protocol/providers.ts'
import type { OpenaiQuirks } from '../core/wire/openaiQuirks.ts'

export type ProviderRowKind = ProviderKind | 'practice'

/** How the key travels: the one header that it goes into. */
export type AuthStyle = 'bearer' | 'x-api-key' | 'x-goog-api-key' | 'api-key'

export type ProviderRow = {
  readonly kind: ProviderRowKind
  readonly title: string
  readonly dialect: Dialect
  /** Up to and including the API's version, without a final slash. Missing: the user must give one. */
  readonly baseUrl?: string
  /** What a base URL looks like where the user must give one. */
  readonly baseUrlExample?: string
  /** The environment variable that holds its key. Missing: it needs none unless the configuration names one. */
  readonly keyEnvironmentName?: string
  readonly auth: AuthStyle
  readonly isLocal: boolean
  readonly isPractice: boolean
  /** Models that a local server only hands on to its maker's cloud: they neither run here nor are free. */
  readonly handedOn?: RegExp
  /** Below the base URL; `{model}` is the model's name. */
  readonly chatPath: string
  readonly modelsPath: string
  /** What the provider calls a model by default: its slug, or the whole `author/slug`. */
  readonly modelNaming: 'slug' | 'whole-id'
  /** Sent with every call. */
  readonly headers: Readonly<Record<string, string>>
  /** Of dialect `openai-chat`. */
  readonly quirks: OpenaiQuirks
  /** What none of its models takes. */
  readonly unsupported: readonly ParameterName[]
  /** Models whose names match take none of these either. */
  readonly unsupportedBy?: readonly ModelRule[]
}

/** `models` tests the name in the provider's own API: a regular expression, or what knows the names better. */
type ModelRule = {
  readonly models: { readonly test: (upstreamModel: string) => boolean }
  readonly parameters: readonly ParameterName[]
}

/** The name that the provider's API wants unless the configuration gives another. */
export function upstreamModelOf(row: ProviderRow, model: ModelId): string {
  return row.modelNaming === 'whole-id' ? model : model.slice(model.indexOf('/') + 1)
}

/** What a model takes, by its row and what else is known to lack; undefined when it takes all. */
export function supportedParametersOf(
  row: ProviderRow,
  upstreamModel: string,
  lacks: readonly ParameterName[] = [],
): ReadonlySet<ParameterName> | undefined {
  const { unsupported, unsupportedBy = [] } = row
  const ofModel = unsupportedBy.flatMap(({ models, parameters }) => (models.test(upstreamModel) ? parameters : []))
  const missing = new Set([...unsupported, ...ofModel, ...lacks])
  return missing.size === 0 ? undefined : new Set(parameterNames.filter((name) => !missing.has(name)))
}
