/**
 * Values of the environment variables that the configuration names: those that clients gave, in memory only, and else
 * the daemon's own. Only named ones are ever accepted.
 */
import type { ProviderId } from '../../shared/domain/ids.ts'
import type { SettingsSource } from './settings.ts'

export type Environment = {
  /** All names that the configuration refers to. */
  readonly names: () => readonly string[]
  readonly valueOf: (name: string) => string | undefined
  /** The names of a provider's keys that have a value now; undefined when it needs none. */
  readonly keysOf: (provider: ProviderId) => readonly string[] | undefined
  /** Answers the names that were accepted. */
  readonly accept: (values: Readonly<Record<string, string>>) => readonly string[]
  /** Every value held now: what a log line must never hold. */
  readonly secrets: () => readonly string[]
}

export function createEnvironment(
  settings: SettingsSource,
  ownEnvironment: Readonly<Record<string, string | undefined>>,
): Environment {
  const given = new Map<string, string>()
  const names = () => {
    const providers = [...settings.current().providers.values()]
    return [...new Set(providers.flatMap((provider) => provider.keyEnvironmentNames))]
  }
  const lookUp = (name: string) => given.get(name) ?? (ownEnvironment[name] || undefined)
  return {
    names,
    valueOf: lookUp,
    keysOf: (provider) => {
      const names = settings.current().providers.get(provider)?.keyEnvironmentNames ?? []
      if (names.length === 0) return undefined
      return names.filter((name) => lookUp(name) !== undefined)
    },
    accept: (values) => {
      const accepted = names().filter((name) => (values[name] ?? '') !== '')
      for (const name of accepted) given.set(name, values[name] ?? '')
      return accepted
    },
    secrets: () => names().flatMap((name) => lookUp(name) ?? []),
  }
}
