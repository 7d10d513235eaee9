/**
 * Values of the environment variables that the configuration names: those that clients gave, in memory only, and else
 * the daemon's own. Only named ones are ever accepted.
 */
import type { SettingsSource } from './settings.ts'

export type Environment = {
  /** All names that the configuration refers to. */
  readonly names: () => readonly string[]
  readonly valueOf: (name: string) => string | undefined
  /** Answers the names that were accepted. */
  readonly accept: (values: Readonly<Record<string, string>>) => readonly string[]
  /** Changes whenever a value does. */
  readonly revision: () => number
}

export function createEnvironment(
  settings: Pick<SettingsSource, 'current'>,
  ownEnvironment: Readonly<Record<string, string | undefined>>,
): Environment {
  const given = new Map<string, string>()
  let revision = 0
  const names = () => {
    const keys = [...settings.current().providers.values()].flatMap((provider) => provider.keys)
    return [...new Set(keys.flatMap(({ name, place }) => (place === 'env' ? [name] : [])))]
  }
  const lookUp = (name: string) => given.get(name) ?? (ownEnvironment[name] || undefined)
  return {
    names,
    valueOf: lookUp,
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
    revision: () => revision,
  }
}
