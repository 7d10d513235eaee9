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
  /**
   * Tells one value of a variable from another, also over a restart, and nothing else of it. Undefined when it has none.
   */
  readonly printOf: (name: string) => string | undefined
  /** Changes whenever a value does. */
  readonly revision: () => number
  /** Every value held now: what a log line must never hold. */
  readonly secrets: () => readonly string[]
}

export function createEnvironment(
  settings: SettingsSource,
  ownEnvironment: Readonly<Record<string, string | undefined>>,
  printOfKey: (value: string) => string,
): Environment {
  const given = new Map<string, string>()
  const prints = new Map<string, { readonly value: string; readonly print: string }>()
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
        given.set(name, value)
        revision += 1
      }
      return accepted
    },
    printOf: (name) => {
      const value = lookUp(name)
      if (value === undefined) return undefined
      const known = prints.get(name)
      if (known?.value === value) return known.print
      const print = printOfKey(value)
      prints.set(name, { value, print })
      return print
    },
    revision: () => revision,
    secrets: () => names().flatMap((name) => lookUp(name) ?? []),
  }
}
