/** The configuration file as the gateway sees it: its meaning, made anew at every change, and the one way to add to it. */
import type * as z from 'zod'
import type { Failure } from '../shared/domain/failure.ts'
import type { providersAdd } from '../shared/protocol/providers.ts'
import type { ConfigSource } from './gateway/ports.ts'
import type { SettingsSource } from './gateway/settings.ts'
import { type ConfiguredSettings, settingsOf } from './settingsOf.ts'
import { shapeProblems } from './storage/configProblems.ts'
import { type Config, configSchema } from './storage/configSchema.ts'

export function createSettingsSource(
  config: ConfigSource<Config>,
): Omit<SettingsSource, 'current'> & { readonly current: () => ConfiguredSettings } {
  let settings = settingsOf(config.current())
  const refresh = () => {
    settings = settingsOf(config.current())
  }
  // Before any listener of ours: they must see the new settings.
  config.onChange(refresh)
  return {
    current: () => settings,
    problems: config.problems,
    inForce: config.inForce,
    onChange: config.onChange,
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
      const failure = config.update((file) => ({
        ...file,
        schema: file.schema ?? 1,
        providers: { ...providersIn(file), [id]: provider },
      }))
      if (failure === undefined) refresh()
      return failure
    },
  }
}

type AddedProvider = Omit<z.infer<(typeof providersAdd)['params']>, 'id' | 'keyEnvironmentName'>

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

function providersIn(file: Readonly<Record<string, unknown>>): object {
  return typeof file.providers === 'object' && file.providers !== null ? file.providers : {}
}
