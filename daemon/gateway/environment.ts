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
  /** When a client last gave another value than before; Unix milliseconds, 0: not since the daemon began. */
  readonly changedAtMs: (name: string) => number
  /** Changes whenever a value does. */
  readonly revision: () => number
  /** Every value held now: what a log line must never hold. */
  readonly secrets: () => readonly string[]
}

export function createEnvironment(
  settings: SettingsSource,
  ownEnvironment: Readonly<Record<string, string | undefined>>,
  wallMs: () => number,
): Environment {
  const given = new Map<string, string>()
  const changedAtMs = new Map<string, number>()
  let revision = 0
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
      for (const name of accepted) {
        const value = values[name] ?? ''
        if (lookUp(name) === value) continue
        // The first value of a new daemon may be the one that was refused before: only another one makes it fresh.
        if (lookUp(name) !== undefined) changedAtMs.set(name, wallMs())
        given.set(name, value)
        revision += 1
      }
      return accepted
    },
    changedAtMs: (name) => changedAtMs.get(name) ?? 0,
    revision: () => revision,
    secrets: () => names().flatMap((name) => lookUp(name) ?? []),
  }
}
