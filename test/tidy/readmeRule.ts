/** Whoever copies the configuration from the README gets one that works. */
import { type Config, configSchema } from '../../daemon/storage/configSchema.ts'
import type { Rule } from './repository.ts'

export const readmeConfigurationIsValid: Rule = (repository) => {
  const example = /```json\n([\s\S]*?)```/.exec(repository.textOf('README.md'))?.[1]
  if (example === undefined) return ['README.md: shows no configuration; show one in a block marked json']
  try {
    const config = configSchema.safeParse(JSON.parse(example))
    if (!config.success)
      return config.error.issues.map(({ path, message }) => `README.md: ${path.join('.')}: ${message}`)
    return danglingModels(config.data).map((model) => `README.md: a profile names ${model}, which no provider has`)
  } catch (error) {
    return [`README.md: its configuration is not JSON: ${String(error)}`]
  }
}

function danglingModels({ providers = {}, profiles = {} }: Config): readonly string[] {
  const declared = new Set(Object.values(providers).flatMap(({ models = [] }) => models.map(({ model }) => model)))
  return Object.values(profiles).flatMap(({ models }) => models.filter((model) => !declared.has(model)))
}
