/** Settings made from a configuration as a user would write it, without files. */
import type { ConfiguredSettings, SettingsInput } from '../../daemon/settingsOf.ts'
import { settingsOf } from '../../daemon/settingsOf.ts'
import { configSchema } from '../../daemon/storage/configSchema.ts'

/** No catalogue: only what is declared. */
export const noCatalog: SettingsInput['catalog'] = { modelsOf: () => [], discovered: () => [], date: () => undefined }

export function settingsFrom(config: object, catalog: SettingsInput['catalog'] = noCatalog) {
  const settings: ConfiguredSettings = settingsOf({
    config: configSchema.parse({ schema: 1, ...config }),
    catalog,
    day: '2026-11-27',
  })
  return {
    current: () => settings,
    problems: () => [],
    inForce: () => 'newest' as const,
    onChange: () => () => {},
    addProvider: () => undefined,
    setBudget: () => undefined,
    removeBudget: () => undefined,
  }
}

export const twoProviders = {
  providers: {
    one: { kind: 'openai', models: [{ model: 'openai/small', price: { input: '0.25', output: 2 } }] },
    two: {
      kind: 'custom',
      baseUrl: 'http://127.0.0.1:9/v1',
      isLocal: true,
      key: ['$', '{env:TWO_KEY}'].join(''),
      models: [{ model: 'openai/small', name: 'small-q4' }, { model: 'local/big' }],
    },
  },
  profiles: { work: { title: 'Work', models: ['local/big'] } },
}
