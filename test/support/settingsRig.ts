/** Settings made from a configuration as a user would write it, without files. */
import type { ConfiguredSettings } from '../../daemon/settingsOf.ts'
import { settingsOf } from '../../daemon/settingsOf.ts'
import { configSchema } from '../../daemon/storage/configSchema.ts'

export function settingsFrom(config: object) {
  const settings: ConfiguredSettings = settingsOf(configSchema.parse({ schema: 1, ...config }))
  return {
    current: () => settings,
    problems: () => [],
    inForce: () => 'newest' as const,
    onChange: () => () => {},
    addProvider: () => undefined,
  }
}

export const twoProviders = {
  providers: {
    one: { kind: 'openai', models: [{ model: 'openai/small', price: { input: '0.25', output: 2 } }] },
    two: {
      kind: 'custom',
      baseUrl: 'http://127.0.0.1:9/v1',
      key: ['$', '{env:TWO_KEY}'].join(''),
      models: [{ model: 'openai/small', name: 'small-q4' }, { model: 'local/big' }],
    },
  },
  profiles: { work: { title: 'Work', models: ['local/big'] } },
}
