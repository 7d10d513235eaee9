import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createCatalog } from '../../daemon/gateway/catalog.ts'
import { createSettingsSource } from '../../daemon/settingsSource.ts'
import { openConfigFile } from '../../daemon/storage/configFile.ts'
import { ownFolder } from '../support/ownFolder.ts'
import { createRecordingLog } from '../support/recordingLog.ts'

const model = { model: 'a/b' as never }
const refused = [
  [
    { id: 'practice-x', kind: 'openai', models: [model] },
    /expected a name that does not begin with “practice”: those are built in, found "practice-x"/,
  ],
  [
    { id: 'mine', kind: 'custom', baseUrl: 'https://host?key=sk-canary', models: [model] },
    /providers\.mine\.baseUrl: expected a URL .*no .*query .*, found a string/,
  ],
  [
    { id: 'mine', kind: 'openai', models: [{ ...model, contextTokens: 1e12 }] },
    /providers\.mine\.models\.0\.contextTokens: expected a whole number from 1 to 1,000,000,000, found 1000000000000/,
  ],
] as const

for (const [params, expected] of refused) {
  test(`a provider that does not fit is refused in words: ${params.id}, ${expected.source.slice(0, 40)}`, (t) => {
    const { source, path } = rig(t)
    const failure = source.addProvider({ ...params, id: params.id as never })
    assert.match(failure?.message ?? '', expected)
    assert.equal(failure?.message.includes('canary'), false)
    assert.throws(() => readFileSync(path), /ENOENT/)
  })
}

test('a provider that is added is in force at once', (t) => {
  const { source } = rig(t)
  assert.equal(source.addProvider({ id: 'mine' as never, kind: 'openai', models: [model] }), undefined)
  assert.equal(source.current().declared.has('mine' as never), true)
  assert.equal(source.inForce(), 'newest')
  assert.match(
    source.addProvider({ id: 'mine' as never, kind: 'openai', models: [] })?.message ?? '',
    /is configured already/,
  )
})

function rig(t: TestContext) {
  const path = join(ownFolder(t), 'config', 'config.json')
  mkdirSync(dirname(path))
  const config = openConfigFile({
    path,
    lastGoodPath: join(dirname(path), 'last-good.json'),
    log: createRecordingLog(),
  })
  t.after(config.close)
  const catalog = createCatalog({ snapshot: () => undefined, lastGood: () => undefined, log: createRecordingLog() })
  return { path, source: createSettingsSource({ config, catalog, wallMs: () => 0 }) }
}

test('a budget that is set is in force at once, beside what else stands in the file, and goes again', (t) => {
  const { source, path } = rig(t)
  source.addProvider({ id: 'mine' as never, kind: 'openai', models: [model] })
  assert.equal(source.setBudget('month' as never, { dollars: 20, per: 'month' }), undefined)
  assert.equal(source.setBudget('pace' as never, { requests: 30, per: 'minute', scope: 'user' }), undefined)
  assert.deepEqual(
    source.current().budgets.map(({ name, limit, isHard, zone }) => [name, limit, isHard, zone]),
    [
      ['month', 20_000_000_000, true, 'UTC'],
      ['pace', 30, true, 'UTC'],
    ],
  )
  assert.equal(source.removeBudget('month' as never), undefined)
  const file = JSON.parse(readFileSync(path, 'utf8')) as { providers: object; budgets: object }
  assert.deepEqual([Object.keys(file.providers), Object.keys(file.budgets)], [['mine'], ['pace']])
})
