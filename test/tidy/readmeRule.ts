/** Whoever copies the configuration from the README gets one that works. */
import { catalogSnapshotText } from '../../daemon/catalogSnapshot.ts'
import { decodeCatalogDocument } from '../../daemon/core/catalog/catalogDocument.ts'
import { createCatalog } from '../../daemon/gateway/catalog.ts'
import { settingsOf } from '../../daemon/settingsOf.ts'
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

function danglingModels(config: Config): readonly string[] {
  const snapshot = decodeCatalogDocument(JSON.parse(catalogSnapshotText()), '')
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const catalog = createCatalog({ snapshot: () => snapshot, lastGood: () => undefined, log })
  const { endpoints } = settingsOf({ config, catalog, day: snapshot?.date ?? '' })
  const named = Object.values(config.profiles ?? {}).flatMap(({ models }) => models)
  return named.filter((model) => !endpoints.byModel.has(model))
}
