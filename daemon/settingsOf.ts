/**
 * What the configuration means: the user's providers and profiles beside the built-in ones, as the gateway reads them.
 * Part of the composition root, because it joins the file's shape (storage) with the rows of providers. Pure.
 */

import { type BudgetName, budgetOf } from '../shared/domain/budget.ts'
import type { DeclaredModel } from '../shared/domain/declaredModel.ts'
import type { Dialect } from '../shared/domain/dialect.ts'
import type { Endpoint } from '../shared/domain/endpoint.ts'
import type { ProfileName, ProviderId } from '../shared/domain/ids.ts'
import type { PracticeStep } from '../shared/domain/practice.ts'
import { builtInProfiles, practiceFaulty, practiceModel, practiceSteady } from './builtInProfiles.ts'
import { withDistinctIds } from './core/catalog/canonicalModel.ts'
import type { CatalogModel } from './core/catalog/catalogDocument.ts'
import { filledModels } from './core/catalog/mergeModels.ts'
import { endpointsOf } from './endpointsOf.ts'
import type { Catalog } from './gateway/catalog.ts'
import { endpointTableOf } from './gateway/endpoints.ts'
import type { NamedProfile, ProviderInfo, Settings } from './gateway/settings.ts'
import type { ProviderRow } from './providers/providerRow.ts'
import { providerRows } from './providers/specs.ts'
import { type Config, keyEnvironmentNamesOf, type ProviderConfig } from './storage/configSchema.ts'

export type DeclaredProvider = {
  readonly info: ProviderInfo
  readonly row: ProviderRow
  readonly script: readonly PracticeStep[]
}

export type ConfiguredSettings = Settings & { readonly declared: ReadonlyMap<ProviderId, DeclaredProvider> }

const practiceModels: readonly DeclaredModel[] = [{ model: practiceModel }]

const practiceProviders: Readonly<Record<string, ProviderConfig>> = {
  [practiceSteady]: { kind: 'practice', models: practiceModels },
  [practiceFaulty]: { kind: 'practice', models: practiceModels, script: [{ play: 'server-error' }] },
}

export type SettingsInput = {
  readonly config: Config
  readonly catalog: Pick<Catalog, 'modelsOf' | 'discovered' | 'date'>
  /** UTC, YYYY-MM-DD: prices may hold from a day on. */
  readonly day: string
}

export function settingsOf({ config, catalog, day }: SettingsInput): ConfiguredSettings {
  const providers: Readonly<Record<string, ProviderConfig>> = { ...config.providers, ...practiceProviders }
  const declared = new Map<ProviderId, DeclaredProvider>()
  const endpoints: Endpoint[] = []
  for (const [name, provider] of Object.entries(providers)) {
    const id = name as ProviderId
    const one = declaredProvider(id, provider)
    declared.set(id, one)
    const known = provider.catalog === false ? [] : knownModels(one, catalog)
    endpoints.push(...endpointsOf({ ...one, known, declared: provider.models ?? [], config: provider, day }))
  }
  const declaredModels = Object.values(config.providers ?? {}).flatMap((provider) =>
    (provider.models ?? []).map(({ model }) => model),
  )
  const profiles = profilesOf(config, builtInProfiles({ declaredModels, endpoints }))
  const catalogDate = catalog.date()
  return {
    endpoints: endpointTableOf(endpoints),
    providers: new Map([...declared].map(([id, one]) => [id, one.info])),
    profiles,
    defaultProfile: defaultProfileOf(config, profiles),
    budgets: Object.entries(config.budgets ?? {}).map(([name, budget]) => budgetOf(name as BudgetName, budget)),
    declared,
    ...(catalogDate !== undefined && { catalogDate }),
  }
}

/** Those of the catalogue, and what only the provider's own list says. A server of one's own is in no catalogue. */
function knownModels({ info, row }: DeclaredProvider, catalog: SettingsInput['catalog']): readonly CatalogModel[] {
  const isListed = !row.isLocal && row.kind !== 'custom'
  const listed = isListed ? catalog.modelsOf(row.kind) : []
  const own = catalog.discovered(info.id).filter(({ upstreamModel }) => row.handedOn?.test(upstreamModel) !== true)
  return withDistinctIds(row.kind, filledModels(listed, own))
}

function declaredProvider(id: ProviderId, provider: ProviderConfig): DeclaredProvider {
  const row = { ...providerRows[provider.kind], ...(provider.dialect !== undefined && dialectShapes[provider.dialect]) }
  const ofRow = row.keyEnvironmentName === undefined ? [] : [row.keyEnvironmentName]
  const baseUrl = provider.baseUrl ?? row.baseUrl ?? ''
  const info = {
    id,
    kind: provider.kind,
    baseUrl,
    isLocal: provider.isLocal ?? (row.isPractice || (row.isLocal && isLoopback(baseUrl))),
    isPractice: row.isPractice,
    keyEnvironmentNames: keyEnvironmentNamesOf(provider) ?? ofRow,
    timeouts: provider.timeouts ?? {},
  }
  return { info, row, script: provider.script ?? [] }
}

/** How a server that speaks a dialect is called, whoever runs it. */
const dialectShapes: Readonly<Record<Dialect, Pick<ProviderRow, 'dialect' | 'auth' | 'chatPath' | 'headers'>>> = {
  'openai-chat': shapeOf(providerRows.openai),
  'anthropic-messages': shapeOf(providerRows.anthropic),
  'gemini-generate': shapeOf(providerRows.google),
}

function shapeOf({ dialect, auth, chatPath, headers }: ProviderRow) {
  return { dialect, auth, chatPath, headers }
}

/** Who answers there may still hand on to others: it alone makes nobody local. */
export function isLoopback(baseUrl: string): boolean {
  if (!URL.canParse(baseUrl)) return false
  const { hostname } = new URL(baseUrl)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

/** The user's own come first in every list, and take the place of built-in ones of the same name. */
function profilesOf(config: Config, builtIn: readonly NamedProfile[]): ReadonlyMap<ProfileName, NamedProfile> {
  const own = Object.entries(config.profiles ?? {}).map(([name, profile]) => ({ name: name as ProfileName, profile }))
  const ownNames = new Set(own.map(({ name }) => name))
  return new Map<ProfileName, NamedProfile>([
    ...own.map((one) => [one.name, { ...one, isBuiltIn: false }] as const),
    ...builtIn.filter(({ name }) => !ownNames.has(name)).map((one) => [one.name, one] as const),
  ])
}

/**
 * The configuration's word; else the user's models in their order, where every provider declares its own. Else what there
 * is: one declared model must not hide all that the other providers offer.
 */
function defaultProfileOf(config: Config, profiles: ReadonlyMap<ProfileName, NamedProfile>): ProfileName {
  const { defaultProfile } = config
  if (defaultProfile !== undefined && profiles.has(defaultProfile)) return defaultProfile
  const ownDefault = 'default' as ProfileName
  const real = Object.values(config.providers ?? {}).filter(({ kind }) => !providerRows[kind].isPractice)
  const isAllDeclared = real.length > 0 && real.every(({ models = [] }) => models.length > 0)
  const hasOwn = isAllDeclared || profiles.get(ownDefault)?.isBuiltIn === false
  return hasOwn ? ownDefault : ('balanced' as ProfileName)
}
