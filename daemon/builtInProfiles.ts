/**
 * The profiles that everybody has, in the same fields as those that users write: `default`, `balanced`, `cheap`, `fast`,
 * `best`, `local-only`, `auto`, and the practice ones. The lists of models are our choice of 2026-11-27 among what
 * OpenRouter lists under these names then. Of a list stays what some configured provider offers. Behind it come the models
 * that the user declared at providers of which it holds nothing; where nothing of it is offered, the user's own models
 * stand in. The description says so.
 */
import type { Endpoint } from '../shared/domain/endpoint.ts'
import { formatRatio } from '../shared/domain/format.ts'
import type { ModelId, ProfileName, ProviderId } from '../shared/domain/ids.ts'
import type { Profile } from '../shared/domain/profile.ts'
import type { NamedProfile } from './gateway/settings.ts'

export const practiceModel = 'practice/outline' as ModelId
export const practiceSteady = 'practice-steady' as ProviderId
export const practiceFaulty = 'practice-faulty' as ProviderId

export type BuiltInSources = {
  /** As the configuration names them, in its order. */
  readonly declaredModels: readonly ModelId[]
  readonly endpoints: readonly Endpoint[]
}

/** The ablest of each maker. */
const strongest = [
  'anthropic/claude-opus-5.5',
  'openai/gpt-6-sol',
  'google/gemini-3.1-pro-preview',
  'x-ai/grok-4.7',
  'qwen/qwen3.8-max',
  'deepseek/deepseek-v4-pro',
  'mistralai/mistral-medium-3-5',
  'anthropic/claude-sonnet-5',
  'openai/gpt-5.6-terra',
  'google/gemini-2.5-pro',
  'mistralai/mistral-large-2512',
  'meta-llama/llama-4-maverick',
  'openai/gpt-oss-120b',
] as ModelId[]

/** Good at code for a middling price. */
const middling = [
  'anthropic/claude-sonnet-5',
  'openai/gpt-5.6-terra',
  'google/gemini-3.8-flash',
  'x-ai/grok-4.7',
  'deepseek/deepseek-v4-pro',
  'qwen/qwen3.8-27b',
  'mistralai/devstral-2512',
  'anthropic/claude-haiku-4.5',
  'openai/gpt-5.4-mini',
  'google/gemini-2.5-flash',
  'meta-llama/llama-4-maverick',
  'openai/gpt-oss-120b',
  'meta-llama/llama-3.3-70b-instruct',
] as ModelId[]

/** The small ones of each maker: low in price, quick to answer. */
const smallest = [
  'openai/gpt-6-luna',
  'google/gemini-3.5-flash-lite',
  'anthropic/claude-haiku-4.5',
  'deepseek/deepseek-v4.1-flash',
  'qwen/qwen3.8-flash',
  'mistralai/mistral-small-2603',
  'x-ai/grok-4.1-fast',
  'openai/gpt-oss-120b',
  'openai/gpt-oss-20b',
  'openai/gpt-5.4-nano',
  'google/gemini-2.5-flash',
  'meta-llama/llama-3.3-70b-instruct',
  'meta-llama/llama-3.1-8b-instruct',
] as ModelId[]

const strongShareRatio = 0.3

export function builtInProfiles({ declaredModels, endpoints }: BuiltInSources): readonly NamedProfile[] {
  const real = endpoints.filter((endpoint) => !endpoint.isPractice)
  const offered = new Set(real.map((endpoint) => endpoint.model))
  const own = declaredModels.length > 0 ? [...new Set(declaredModels)] : [...offered]
  const listed = (models: readonly ModelId[]) => models.filter((model) => offered.has(model))
  const declared = new Set(declaredModels)

  const curated = (models: readonly ModelId[], profile: Omit<Profile, 'models'>): Profile => {
    const found = listed(models)
    const more = found.length === 0 ? own : ofUnlistedProviders(real, new Set(found), declared)
    if (more.length === 0) return { ...profile, models: found }
    const whose = found.length === 0 ? 'with your own models' : 'and your own'
    return { ...profile, models: [...found, ...more], description: `${profile.description}; ${whose}` }
  }
  return [
    named('default', {
      title: 'Default',
      description: 'The models declared in config.json, in order',
      models: [...declared],
    }),
    named(
      'balanced',
      curated(middling, { title: 'Balanced', description: 'Able models, in order; their endpoints weighed' }),
    ),
    named(
      'cheap',
      curated(smallest, {
        title: 'Cheap',
        description: 'Small models, the lowest price first',
        provider: { sort: { by: 'price', partition: 'none' } },
      }),
    ),
    named(
      'fast',
      curated(smallest, {
        title: 'Fast',
        description: 'Small models, the shortest wait for the first word first',
        provider: { sort: { by: 'latency', partition: 'none' } },
      }),
    ),
    named('best', curated(strongest, { title: 'Best', description: 'The ablest models, in order' })),
    named('local-only', localOnly(real)),
    named('auto', autoProfile(listed, own)),
    named('practice', {
      title: 'Practice',
      description: 'No model is asked: a true outline of your code, pretend cost',
      models: [practiceModel],
      provider: { only: [practiceSteady] },
    }),
    named('practice-failover', {
      title: 'Practice: failover',
      description: 'As Practice, but the first provider always fails',
      models: [practiceModel],
      provider: { order: [practiceFaulty, practiceSteady] },
    }),
  ]
}

/** Else a provider of one's own beside a well-known one would be out of reach. */
function ofUnlistedProviders(
  real: readonly Endpoint[],
  found: ReadonlySet<ModelId>,
  declared: ReadonlySet<ModelId>,
): readonly ModelId[] {
  const withListed = new Set(real.filter(({ model }) => found.has(model)).map(({ provider }) => provider))
  const beside = real.filter(({ model, provider }) => declared.has(model) && !withListed.has(provider))
  const reachable = new Set(beside.map(({ model }) => model))
  return [...declared].filter((model) => reachable.has(model) && !found.has(model))
}

function named(name: string, profile: Profile): NamedProfile {
  return { name: name as ProfileName, profile, isBuiltIn: true }
}

/**
 * An empty `only` lets nobody in: without a local provider nothing is sent. Nor is one let in that also hands models on to
 * others: a request may name any model of a provider.
 */
function localOnly(real: readonly Endpoint[]): Profile {
  const mixed = new Set(real.filter((endpoint) => !endpoint.isLocal).map(({ provider }) => provider))
  const local = real.filter((endpoint) => endpoint.isLocal && !mixed.has(endpoint.provider))
  return {
    title: 'Local only',
    description: 'Models on this machine alone; nothing is sent elsewhere',
    models: [...new Set(local.map((endpoint) => endpoint.model))],
    provider: { only: [...new Set(local.map((endpoint) => endpoint.provider))] },
  }
}

/** Of models that we cannot tell apart the user's order decides: the first is the strong one. */
function autoProfile(listed: (models: readonly ModelId[]) => readonly ModelId[], own: readonly ModelId[]): Profile {
  const strong = listed(strongest)
  const cheap = listed(smallest).filter((model) => !strong.includes(model))
  const about = {
    title: 'Auto',
    description: `A small model, or an able one for what is not simple: about ${formatRatio(strongShareRatio)}`,
  }
  if (strong.length > 0 && cheap.length > 0) return { ...about, models: [], auto: { cheap, strong, strongShareRatio } }
  const all = [...new Set([...own, ...strong, ...cheap])]
  const [first, ...others] = all
  if (first === undefined) return { ...about, models: [] }
  const description = `${about.description}; with your own models, the first as the able one`
  const tiers = { strong: [first], cheap: others.length > 0 ? others : [first], strongShareRatio }
  return { ...about, description, models: [], auto: tiers }
}
