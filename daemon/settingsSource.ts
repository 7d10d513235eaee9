/** The configuration file as the gateway sees it: its meaning, made anew at every change of it, of the catalogue and of
 * the day, and the one way to add to it. */

import type * as z from 'zod'
import type { Failure } from '../shared/domain/failure.ts'
import { utcDayOf } from '../shared/domain/utcDay.ts'
import type { providersAdd } from '../shared/protocol/providers.ts'
import type { Catalog } from './gateway/catalog.ts'
import type { ConfigSource } from './gateway/ports.ts'
import type { KeySettings, SettingsSource } from './gateway/settings.ts'
import { type ConfiguredSettings, settingsOf } from './settingsOf.ts'
import { shapeProblems } from './storage/configProblems.ts'
import { type Config, configSchema } from './storage/configSchema.ts'
import { withKeys } from './storage/keyNotation.ts'

const dayMs = 86_400_000

export type SettingsPorts = {
  readonly config: ConfigSource<Config>
  readonly catalog: Catalog
  readonly wallMs: () => number
}

type ConfiguredSettingsSource = Omit<SettingsSource, 'current'> &
  KeySettings & { readonly current: () => ConfiguredSettings }

export function createSettingsSource(ports: SettingsPorts): ConfiguredSettingsSource {
  const { config, catalog, wallMs } = ports
  const listeners = new Set<() => void>()
  let nextDayAtMs = 0
  let settings = made()

  function made(): ConfiguredSettings {
    const nowMs = wallMs()
    nextDayAtMs = (Math.floor(nowMs / dayMs) + 1) * dayMs
    return settingsOf({ config: config.current(), catalog, day: utcDayOf(nowMs) })
  }
  const refresh = () => {
    settings = made()
  }
  const onSourceChange = () => {
    refresh()
    for (const listener of [...listeners]) listener()
  }
  /** Changes one part of the file, and leaves the others as they stand there. */
  const update = (part: 'providers' | 'budgets', change: (content: Record<string, unknown>) => object) => {
    const failure = config.update((file) => ({
      ...file,
      schema: file.schema ?? 1,
      [part]: change(recordIn(file[part])),
    }))
    if (failure === undefined) refresh()
    return failure
  }
  config.onChange(onSourceChange)
  catalog.onChange(onSourceChange)
  return {
    current: () => {
      // A price may hold from today on.
      if (wallMs() >= nextDayAtMs) refresh()
      return settings
    },
    problems: config.problems,
    inForce: config.inForce,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    addProvider: (params) => {
      const { id, kind, baseUrl, dialect, keyEnvironmentName, models } = params
      const provider = {
        kind,
        ...(baseUrl !== undefined && { baseUrl }),
        ...(dialect !== undefined && { dialect }),
        ...(keyEnvironmentName !== undefined && { key: `\${env:${keyEnvironmentName}}` }),
        ...(models !== undefined && { models }),
      }
      const problem = providerProblem(id, provider, settings)
      if (problem !== undefined) return problem
      return update('providers', (providers) => ({ ...providers, [id]: provider }))
    },
    setBudget: (name, budget) => update('budgets', (budgets) => ({ ...budgets, [name]: budget })),
    removeBudget: (name) => update('budgets', ({ [name]: _removed, ...others }) => others),
    hasKeys: (provider) => config.current().providers?.[provider]?.key !== undefined,
    setKeys: (provider, keys) =>
      update('providers', (providers) => {
        const { key: before, ...others } = recordIn(providers[provider])
        const key = withKeys(before, keys)
        return { ...providers, [provider]: key === undefined ? others : { ...recordIn(providers[provider]), key } }
      }),
  }
}

type AddedProvider = Partial<Omit<z.infer<(typeof providersAdd)['params']>, 'id' | 'keyEnvironmentName'>>

function providerProblem(id: string, provider: AddedProvider, settings: ConfiguredSettings): Failure | undefined {
  if (settings.declared.has(id as never)) {
    return {
      kind: 'invalid-request',
      message: `A provider “${id}” is configured already; choose another name, or change it in config.json.`,
    }
  }
  const content = { schema: 1, providers: { [id]: provider } }
  const decoded = configSchema.safeParse(content)
  if (decoded.success) return undefined
  const problems = shapeProblems('config.json', content, decoded.error)
  const words = problems.map(({ place, expected, found }) => `${place}: expected ${expected}, found ${found}`)
  return { kind: 'invalid-request', message: `${words.join('; ')}.` }
}

function recordIn(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
