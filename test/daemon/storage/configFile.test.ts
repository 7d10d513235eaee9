import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openConfigFile } from '../../../daemon/storage/configFile.ts'
import { providerKeysOf } from '../../../daemon/storage/keyNotation.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'
import { waitFor } from '../../support/waitFor.ts'

// biome-ignore lint/suspicious/noTemplateCurlyInString: this is the notation of the file.
const keyReference = '${env:OPENAI_API_KEY}'
const good = {
  schema: 1,
  providers: {
    mine: { kind: 'openai', key: keyReference, models: [{ model: 'openai/gpt', price: { input: '0.25', output: 2 } }] },
    local: { kind: 'custom', baseUrl: 'http://127.0.0.1:8080/v1', isLocal: true, timeouts: { idleMs: 5 } },
    trouble: {
      kind: 'practice',
      script: [
        { play: 'cut', afterEvents: 2 },
        { play: 'answer', dripMs: 3 },
      ],
    },
  },
  profiles: { work: { models: ['openai/gpt'], provider: { order: ['mine'], ignore: ['practice-outline'] } } },
  defaultProfile: 'work',
}

test('a good file is in force, without what nobody reads', (t) => {
  const { open } = rig(t, { ...good, $comment: 'kept in the file' })
  const config = open()
  assert.deepEqual(config.current(), good)
  assert.deepEqual(config.problems(), [])
  const provider = Object.values(config.current().providers ?? {})[0]
  assert.deepEqual(provider?.key && providerKeysOf(provider.key).map(({ name }) => name), ['OPENAI_API_KEY'])
})

test('without a file, or with one that begins with a byte order mark, all is well', (t) => {
  const { path, open } = rig(t)
  assert.deepEqual(open().current(), { schema: 1 })
  writeFileSync(path, `\ufeff${JSON.stringify(good)}`)
  assert.deepEqual(open().current(), good)
})

const provider = (fields: object) => ({ schema: 1, providers: { p: fields } })
const declared = (fields: object) => provider({ kind: 'openai', models: [{ model: 'a/b', ...fields }] })
const price = 'providers.p.models.0.price'
const shapeRows: readonly (readonly [content: unknown, place: string, expected: RegExp, found: RegExp])[] = [
  [[], 'the top level', /^an object$/, /^a list$/],
  [{}, 'schema', /^1$/, /^nothing$/],
  [{ schema: 2 }, 'schema', /^1$/, /^2: a newer Waybill wrote it, update this one$/],
  [{ schema: 1, providers: 'sk-canary' }, 'providers', /^an object$/, /^a string$/],
  [provider({}), 'providers.p.kind', /"openai".*"practice"/, /^nothing$/],
  [provider({ kind: 'opeanai' }), 'providers.p.kind', /"openai"/, /^"opeanai"$/],
  [{ schema: 1, providers: { p: 'sk-canary' } }, 'providers.p', /^an object$/, /^a string$/],
  [provider({ kind: 'openai', key: 'sk-canary' }), 'providers.p.key', /^"\$\{env:NAME\}", /, /^a literal value$/],
  [
    provider({ kind: 'openai', key: 12_345_678 }),
    'providers.p.key',
    /^a string or an object or a list$/,
    /^a literal value$/,
  ],
  [provider({ kind: 'custom' }), 'providers.p.baseUrl', /azure, bedrock, custom need/, /^nothing$/],
  [{ schema: 1, network: { proxy: 'socks5://me:sk-canary@host' } }, 'network.proxy', /http:.*https:/, /^a string$/],
  [{ schema: 1, network: { extraCaFile: 'ca.pem' } }, 'network.extraCaFile', /absolute path/, /^"ca\.pem"$/],
  [provider({ kind: 'custom', baseUrl: 'file:///etc' }), 'providers.p.baseUrl', /http:.*https:/, /^a string$/],
  [
    provider({ kind: 'custom', baseUrl: 'https://me:sk-canary@host' }),
    'providers.p.baseUrl',
    /no user name/,
    /^a string$/,
  ],
  [
    provider({ kind: 'custom', baseUrl: 'https://host/v1?api-key=sk-canary' }),
    'providers.p.baseUrl',
    /no .*query/,
    /^a string$/,
  ],
  [
    provider({ kind: 'custom', baseUrl: 'https://host/v1#sk-canary' }),
    'providers.p.baseUrl',
    /no .*fragment/,
    /^a string$/,
  ],
  [declared({ price: { input: 1e9, output: 1 } }), 'providers.p.models.0.price.input', /to 1,000,000,/, /^1000000000$/],
  [declared({ price: { input: 1, output: '1000000.1' } }), `${price}.output`, /to 1,000,000,/, /^"1000000\.1"$/],
  [declared({ price: { input: 1, output: '1e3' } }), `${price}.output`, /a number of dollars/, /^"1e3"$/],
  [declared({ contextTokens: 1e9 + 1 }), 'providers.p.models.0.contextTokens', /to 1,000,000,000$/, /^1000000001$/],
  [declared({ outputTokens: 1e15 }), 'providers.p.models.0.outputTokens', /to 1,000,000,000$/, /^1000000000000000$/],
  [declared({ outputTokens: 0 }), 'providers.p.models.0.outputTokens', /from 1 to/, /^0$/],
  [provider({ kind: 'openai', models: [{ model: 'gpt' }] }), 'providers.p.models.0.model', /author\/slug/, /^"gpt"$/],
  [
    provider({ kind: 'openai', models: [{ model: 'a/b', price: { input: true, output: 1 } }] }),
    'providers.p.models.0.price.input',
    /^a number or a string$/,
    /^true$/,
  ],
  [
    provider({ kind: 'practice', script: [{ play: 'danse' }] }),
    'providers.p.script.0.play',
    /'answer'.*'hang'/,
    /^"danse"$/,
  ],
  [
    provider({ kind: 'practice', script: [{ play: 'cut' }] }),
    'providers.p.script.0.afterEvents',
    /^a number$/,
    /^nothing$/,
  ],
  [
    { schema: 1, providers: { 'practice-x': { kind: 'openai' } } },
    'providers.practice-x',
    /^a name that does not begin with “practice”: those are built in$/,
    /^"practice-x"$/,
  ],
  [{ schema: 1, providers: { 'A b': { kind: 'openai' } } }, 'providers.A b', /1 to 40 characters/, /^"A b"$/],
  [{ schema: 1, profiles: { practice: { models: [] } } }, 'profiles.practice', /built in/, /^"practice"$/],
  [{ schema: 1, profiles: { x: { models: 'a/b' } } }, 'profiles.x.models', /^a list$/, /^a string$/],
  [{ schema: 1, defaultProfile: null }, 'defaultProfile', /^a string$/, /^null$/],
]

for (const [content, place, expected, found] of shapeRows) {
  test(`${JSON.stringify(content)} is a problem at ${place}`, (t) => {
    const { path, log, open } = rig(t, content)
    const config = open()
    const problems = config.problems()
    assert.equal(problems.length, 1, JSON.stringify(problems))
    assert.equal(problems[0]?.file, path)
    assert.equal(problems[0]?.place, place)
    assert.match(problems[0]?.expected ?? '', expected)
    assert.match(problems[0]?.found ?? '', found)
    assert.equal(problems[0]?.effect, 'refused')
    assert.equal(config.inForce(), 'defaults')
    assert.deepEqual(config.current(), { schema: 1 })
    const refusal = config.update((file) => file)
    assert.match(refusal?.message ?? '', /config\.json was not written: it has problems; mend them first/)
    assert.ok(refusal?.message.includes(place))
    assert.equal(`${JSON.stringify(problems)}${log.lines.join()}${refusal?.message}`.includes('canary'), false)
  })
}

test('a syntax error is told by line and column, without what stands around it', (t) => {
  const { path, open } = rig(t)
  writeFileSync(path, '{\n  "schema": 1,\n  "key": "sk-canary" oops\n}')
  const [problem, ...others] = open().problems()
  assert.deepEqual(others, [])
  assert.deepEqual(problem, {
    file: path,
    place: 'line 3, column 22',
    expected: '"," or "}"',
    found: 'the character "o"',
    effect: 'refused',
  })
})

test('bytes that are not UTF-8, and a folder in the place of the file, are problems', (t) => {
  const { path, open } = rig(t)
  writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d]))
  assert.match(open().problems()[0]?.found ?? '', /not UTF-8/)
  rmSync(path)
  mkdirSync(path)
  assert.match(open().problems()[0]?.found ?? '', /EISDIR/)
})

test('names that lead nowhere are problems, and the rest is in force', (t) => {
  const profiles = {
    a: {
      models: ['openai/gpt', 'no/where', 'practice/outline'],
      provider: { only: ['mine', 'nobody'], order: ['practice-a'] },
    },
  }
  // Without a catalogue, which knows more models than the file.
  const providers = Object.fromEntries(
    Object.entries(good.providers).map(([id, one]) => [id, { ...one, catalog: false }]),
  )
  const { open } = rig(t, { ...good, providers, profiles, defaultProfile: 'a' })
  const config = open()
  assert.deepEqual(
    config.problems().map(({ place, found }) => [place, found]),
    [
      ['profiles.a.models.1', '"no/where"'],
      ['profiles.a.provider.only.1', '"nobody"'],
    ],
  )
  assert.ok(config.problems().every(({ effect }) => effect === 'leads-nowhere'))
  assert.equal(config.inForce(), 'newest')
  assert.deepEqual(config.current().profiles, profiles)
  assert.equal(
    config.update((file) => file),
    undefined,
  )
})

test('a default profile that does not exist is a problem; one that is built in is none', (t) => {
  const { path, open } = rig(t, { ...good, defaultProfile: 'gone' })
  assert.deepEqual(
    open()
      .problems()
      .map(({ place, found, effect }) => [place, found, effect]),
    [['defaultProfile', '"gone"', 'leads-nowhere']],
  )
  for (const defaultProfile of ['default', 'practice-failover']) {
    writeFileSync(path, JSON.stringify({ ...good, defaultProfile }))
    assert.deepEqual(open().problems(), [])
  }
})

test('fields that nobody reads are named by place, with what could stand there, and the rest is in force', (t) => {
  const models = [{ model: 'openai/gpt', prise: { input: 1 } }]
  const content = {
    schema: 1,
    $schema: 'any',
    provider: {},
    providers: {
      mine: { kind: 'openai', modles: [], timeouts: { idle: 5 }, models },
      trouble: { kind: 'practice', script: [{ play: 'cut', afterEvents: 1, delayMs: 1 }] },
    },
    profiles: { work: { models: ['openai/gpt'], provider: { sorting: 'price' } } },
  }
  const { path, log, open } = rig(t, content)
  const config = open()
  assert.deepEqual(
    config.problems().map(({ place, found, effect }) => `${place} ${found} ${effect}`),
    [
      'provider "provider" ignored',
      'providers.mine.modles "modles" ignored',
      'providers.mine.timeouts.idle "idle" ignored',
      'providers.mine.models.0.prise "prise" ignored',
      'providers.trouble.script.0.delayMs "delayMs" ignored',
      'profiles.work.provider.sorting "sorting" ignored',
    ],
  )
  assert.equal(config.problems()[0]?.file, path)
  assert.match(
    config.problems()[0]?.expected ?? '',
    /^one of "schema", "providers", "profiles", "defaultProfile", "catalog", "network", "capture", "journal", "budgets"$/,
  )
  assert.match(config.problems()[1]?.expected ?? '', /^one of "kind", .*"models"/)
  assert.match(config.problems()[4]?.expected ?? '', /^one of "play", "afterEvents"$/)
  assert.equal(config.inForce(), 'newest')
  assert.deepEqual(Object.keys(config.current().providers ?? {}), ['mine', 'trouble'])
  assert.match(log.lines.join(), /modles/)
})

for (const [name, damage] of [
  ['a syntax error', (path: string) => writeFileSync(path, '{"schema": 1, ')],
  ['a wrong shape', (path: string) => writeFileSync(path, '{"schema": 1, "providers": []}')],
  [
    'a folder in its place',
    (path: string) => {
      rmSync(path)
      mkdirSync(path)
    },
  ],
] as const) {
  test(`the last good configuration survives a restart: ${name}`, async (t) => {
    const { path, lastGoodPath, open } = rig(t, { ...good, hidden: 'sk-canary' })
    const first = open()
    assert.equal(statSync(lastGoodPath).mode & 0o777, 0o600)
    assert.equal(readFileSync(lastGoodPath, 'utf8').includes('canary'), false)
    first.close()
    damage(path)
    const again = open()
    assert.deepEqual(again.current(), good)
    assert.equal(again.inForce(), 'last-good')
    assert.equal(again.problems().length, 1)
    assert.equal(again.update((file) => file)?.kind, 'invalid-request')

    rmSync(path, { recursive: true })
    writeFileSync(path, JSON.stringify({ ...good, defaultProfile: 'practice' }))
    await waitFor('the mended file', () => again.inForce() === 'newest')
    writeFileSync(path, '')
    assert.equal(open().current().defaultProfile, 'practice')
  })
}

test('what is kept of the last good configuration goes with the file, and is no trap when it is damaged', (t) => {
  const { path, lastGoodPath, log, open } = rig(t, good)
  open()
  writeFileSync(path, 'broken')
  for (const kept of ['{"schema": 1, "providers": "sk-canary"}', '\u0000']) {
    writeFileSync(lastGoodPath, kept)
    const config = open()
    assert.deepEqual([config.inForce(), config.current()], ['defaults', { schema: 1 }])
  }
  assert.match(log.lines.join(), /last good configuration that was kept is damaged/)
  assert.equal(log.lines.join().includes('canary'), false)
  writeFileSync(path, JSON.stringify(good))
  open()
  rmSync(path)
  open()
  assert.equal(existsSync(lastGoodPath), false)
})

test('a state folder that cannot be written costs the last good configuration, not the newest', (t) => {
  const { lastGoodPath, log, open } = rig(t, good)
  writeFileSync(dirname(lastGoodPath), 'in the way')
  assert.deepEqual(open().current(), good)
  assert.match(log.lines.join(), /last good configuration cannot be kept/)
})

const writers: readonly (readonly [how: string, write: (path: string, text: string) => void])[] = [
  ['in place', writeFileSync],
  [
    'by rename, as editors do',
    (path, text) => {
      writeFileSync(`${path}.new`, text)
      renameSync(`${path}.new`, path)
    },
  ],
  [
    'removed and written again',
    (path, text) => {
      rmSync(path)
      writeFileSync(path, text)
    },
  ],
]

for (const [how, write] of writers) {
  test(`a file that is changed ${how} is read again; a bad change leaves the last good one in force`, async (t) => {
    const { path, open } = rig(t, good)
    const config = open()
    let changes = 0
    const stop = config.onChange(() => changes++)

    write(path, JSON.stringify({ ...good, defaultProfile: 'other' }))
    await waitFor('the change', () => config.current().defaultProfile === 'other')
    assert.ok(changes > 0)

    write(path, '{"schema": 1, ')
    await waitFor('the problem', () => config.inForce() === 'last-good')
    assert.equal(config.current().defaultProfile, 'other')

    write(path, JSON.stringify(good))
    await waitFor('the mended file', () => config.problems().length === 0)
    assert.deepEqual(config.current(), good)

    stop()
    const before = changes
    rmSync(path)
    await waitFor('the defaults', () => config.current().providers === undefined)
    assert.equal(changes, before)
  })
}

test('a file that comes later is seen', async (t) => {
  const { path, open } = rig(t)
  const config = open()
  writeFileSync(path, JSON.stringify(good))
  await waitFor('the file', () => config.current().defaultProfile === 'work')
})

test('an update keeps unknown fields, the order of keys and the indentation, and is in force at once', (t) => {
  const { path, open } = rig(t)
  writeFileSync(path, '{\n\t"zebra": [1],\n\t"schema": 1,\n\t"providers": {},\n\t"ant": {"x": null}\n}\n')
  const config = open()
  let changes = 0
  config.onChange(() => changes++)
  const failure = config.update((file) => ({ ...file, providers: { local: { kind: 'ollama', extra: true } } }))
  assert.equal(failure, undefined)
  const written =
    '{\n\t"zebra": [\n\t\t1\n\t],\n\t"schema": 1,\n\t"providers": {\n\t\t"local": {\n\t\t\t"kind": "ollama",\n\t\t\t"extra": true\n\t\t}\n\t},\n\t"ant": {\n\t\t"x": null\n\t}\n}\n'
  assert.equal(readFileSync(path, 'utf8'), written)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(Object.keys(config.current().providers ?? {}), ['local'])
  assert.equal(changes, 1)
})

test('an update of a missing file writes one', (t) => {
  const { path, open } = rig(t)
  assert.equal(
    open().update((file) => ({ ...file, defaultProfile: 'x' })),
    undefined,
  )
  assert.equal(readFileSync(path, 'utf8'), '{\n  "schema": 1,\n  "defaultProfile": "x"\n}\n')
})

test('an update is refused when the bytes are no longer those last read, and works once they have been read again', (t) => {
  const { path, open } = rig(t, good)
  const config = open()
  const edited = JSON.stringify({ ...good, defaultProfile: 'edited' })
  writeFileSync(path, edited)
  const failure = config.update((file) => ({ ...file, defaultProfile: 'lost' }))
  assert.equal(failure?.kind, 'invalid-request')
  assert.match(failure?.message ?? '', /changed in the meantime/)
  assert.equal(readFileSync(path, 'utf8'), edited)
  assert.equal(config.current().defaultProfile, 'edited')
  assert.equal(
    config.update((file) => ({ ...file, defaultProfile: 'repeated' })),
    undefined,
  )
  assert.equal(config.current().defaultProfile, 'repeated')
})

test('an update that does not fit is refused and writes nothing', (t) => {
  const { path, open } = rig(t, good)
  const before = readFileSync(path, 'utf8')
  const failure = open().update((file) => ({ ...file, providers: { p: { kind: 'openai', key: 'sk-canary' } } }))
  assert.match(
    failure?.message ?? '',
    /the change does not fit\. providers\.p\.key: expected .*, found a literal value/,
  )
  assert.equal(failure?.message.includes('canary'), false)
  assert.equal(readFileSync(path, 'utf8'), before)
})

test('an update whose folder has gone is refused in words, and what was in force stays', (t) => {
  const { path, open } = rig(t, good)
  const config = open()
  rmSync(dirname(path), { recursive: true })
  writeFileSync(dirname(path), 'a file in its place')
  assert.match(config.update((file) => file)?.message ?? '', /was not written: it cannot be read: .*ENOTDIR/)
  assert.deepEqual(config.current(), good)
})

function rig(t: TestContext, content?: unknown) {
  const path = join(ownFolder(t), 'config', 'config.json')
  mkdirSync(dirname(path))
  if (content !== undefined) writeFileSync(path, JSON.stringify(content))
  const log = createRecordingLog()
  const lastGoodPath = join(dirname(path), '..', 'state', 'config.last-good.json')
  const open = () => {
    const config = openConfigFile({ path, lastGoodPath, log })
    t.after(config.close)
    return config
  }
  return { path, lastGoodPath, log, open }
}
