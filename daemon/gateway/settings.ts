/**
 * What the configuration means, ready to be read by every request: endpoints, profiles, providers. Made anew whenever
 * the configuration changes.
 */

import type * as z from 'zod'
import type { Budget, BudgetConfig, BudgetName } from '../../shared/domain/budget.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { ProfileName, ProviderId } from '../../shared/domain/ids.ts'
import type { Profile, Timeouts } from '../../shared/domain/profile.ts'
import type { providersAdd } from '../../shared/protocol/providers.ts'
import type { ConfigInForce, ConfigProblem } from '../../shared/protocol/status.ts'
import type { EndpointTable } from './endpoints.ts'

export type ProviderInfo = {
  readonly id: ProviderId
  readonly kind: string
  readonly baseUrl: string
  readonly isLocal: boolean
  readonly isPractice: boolean
  /** The environment variables that hold its keys, one each; empty when it needs none. */
  readonly keyEnvironmentNames: readonly string[]
  readonly timeouts: Timeouts
}

export type NamedProfile = {
  readonly name: ProfileName
  readonly profile: Profile
  readonly isBuiltIn: boolean
}

export type Settings = {
  readonly endpoints: EndpointTable
  readonly providers: ReadonlyMap<ProviderId, ProviderInfo>
  /** Built-in ones first. */
  readonly profiles: ReadonlyMap<ProfileName, NamedProfile>
  readonly defaultProfile: ProfileName
  readonly budgets: readonly Budget[]
  /** Of the catalogue that prices and limits come from, YYYY-MM-DD; missing when nothing comes from one. */
  readonly catalogDate?: string
}

export type SettingsSource = {
  readonly current: () => Settings
  readonly problems: () => readonly ConfigProblem[]
  readonly inForce: () => ConfigInForce
  readonly onChange: (listener: () => void) => () => void
  /** In the place of one of the same name. */
  readonly setBudget: (name: BudgetName, budget: BudgetConfig) => Failure | undefined
  readonly removeBudget: (name: BudgetName) => Failure | undefined
  readonly addProvider: (params: z.infer<(typeof providersAdd)['params']>) => Failure | undefined
}
