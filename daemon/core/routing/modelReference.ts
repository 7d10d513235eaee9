/**
 * What a client means by `model`: a model, perhaps with a variant (`:nitro` fastest first, `:floor` cheapest first; OpenRouter,
 * "Model variants", 2026-08), or the name of a profile. A slug may hold colons of its own, such as `local/coder:7b`.
 */
import type { ModelId, ModelReference, ProfileName } from '../../../shared/domain/ids.ts'
import type { SortMeasure } from '../../../shared/domain/profile.ts'

export type RequestedModel = { readonly model: ModelId; readonly sort?: SortMeasure }

export type ParsedReference =
  | ({ readonly kind: 'model' } & RequestedModel)
  | { readonly kind: 'profile'; readonly profile: ProfileName }

const variants: Readonly<Record<string, SortMeasure>> = { ':nitro': 'throughput', ':floor': 'price' }
const autoReference = 'waybill/auto'

export function parseModelReference(reference: ModelReference): ParsedReference {
  if (reference === autoReference) return { kind: 'profile', profile: 'auto' as ProfileName }
  const profile = /^@(?:profile|preset)\/(.+)$/.exec(reference)?.[1]
  if (profile !== undefined) return { kind: 'profile', profile: profile as ProfileName }
  return { kind: 'model', ...requestedModelOf(reference) }
}

export function requestedModelOf(reference: string): RequestedModel {
  const suffix = /:(?:nitro|floor)$/.exec(reference)?.[0] ?? ''
  const model = reference.slice(0, reference.length - suffix.length) as ModelId
  const sort = variants[suffix]
  return sort === undefined ? { model } : { model, sort }
}
