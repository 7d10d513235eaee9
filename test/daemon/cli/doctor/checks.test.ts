import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CheckLevel, checksOf } from '../../../../daemon/cli/doctor/checks.ts'
import type { DoctorFacts, StatusResult } from '../../../../daemon/cli/doctor/facts.ts'
import { renderChecks } from '../../../../daemon/cli/verbs/doctor.ts'
import { endpointIdSchema, requestIdSchema } from '../../../../shared/domain/ids.ts'
import { someStatus } from '../aSession.ts'

const provider = { ...someStatus.providers[0], state: 'ready' } as (typeof someStatus.providers)[number]
const endpoint = endpointIdSchema.parse('openai/x@openai')
const requestId = requestIdSchema.parse('3f2a8c1e-0001')
const good: StatusResult = { ...someStatus, configProblems: [], providers: [provider] }
const facts: DoctorFacts = {
  buildVersion: '0.0.1',
  nodeVersion: '20.19.0',
  folders: [{ name: 'state', path: '/home/ann', state: 'writable', mode: 0o700 }],
  freeBytes: 80e9,
  daemon: { version: '0.0.1', status: good },
  localProviders: [],
  presentEnvironmentNames: new Set(),
  nowMs: someStatus.startedAtMs + 1000,
}

describe('doctor', () => {
  it('finds nothing when all is well', () => {
    assert.deepEqual(
      checksOf(facts).filter(({ level }) => level !== 'ok'),
      [],
    )
  })

  it('says how calls leave this machine', () => {
    const found = (network: StatusResult['network']) => {
      const checks = checksOf({
        ...facts,
        daemon: { version: '0.0.1', status: { ...good, ...(network && { network }) } },
      })
      return checks.filter(({ name }) => name === 'network').map((check) => `${check.level}: ${check.found}`)
    }
    assert.deepEqual(found(undefined), [])
    assert.deepEqual(found({ proxies: [] }), ['ok: no proxy'])
    const proxies = [{ scheme: 'https' as const, url: 'http://proxy:3128', source: 'HTTPS_PROXY' }]
    assert.deepEqual(found({ proxies, noProxy: '.corp.test', extraCa: { file: '/etc/ca.pem', certificates: 2 } }), [
      'ok: https through http://proxy:3128 (HTTPS_PROXY); directly: .corp.test; 2 certificates of /etc/ca.pem trusted',
    ])
  })

  it('says where the catalogue comes from, and warns when it could not be fetched', () => {
    const found = (catalog: NonNullable<StatusResult['catalog']>) => {
      const checks = checksOf({ ...facts, daemon: { version: '0.0.1', status: { ...good, catalog } } })
      return checks.filter(({ name }) => name === 'catalogue').map((check) => `${check.level}: ${check.found}`)
    }
    assert.deepEqual(found({ date: '2026-11-28' }), ['ok: the one of this version of 2026-11-28'])
    const url = 'https://models.example/api.json'
    assert.deepEqual(found({ url }), [`ok: fetched from ${url}`])
    const problem = 'The catalogue could not be fetched: expected HTTP 200, found 500'
    assert.deepEqual(found({ url, problem }), [`warn: ${problem} (${url})`])
  })

  const wrong: readonly (readonly [string, Partial<DoctorFacts>, CheckLevel, RegExp])[] = [
    ['an old Node', { nodeVersion: '20.18.3' }, 'fail', /^node: Node 20.18.3; install Node 20.19 or newer/],
    [
      'a folder that cannot be written',
      folder({ state: 'not-writable' }),
      'fail',
      /^state folder: \/x cannot be read and written/,
    ],
    [
      'a folder that cannot be looked at',
      folder({ state: 'unknown', reason: 'permission denied (EACCES)' }),
      'fail',
      /\/x cannot be looked at: permission denied \(EACCES\)/,
    ],
    [
      'a journal that cannot be read',
      { journalProblem: 'the daemon does not answer' },
      'fail',
      /^journal: it cannot be read: the daemon does not answer/,
    ],
    ['a file in place of a folder', folder({ state: 'no-folder' }), 'fail', /is no folder/],
    ['a folder that lets others in', folder({ state: 'writable', mode: 0o755 }), 'warn', /\(mode 755\); chmod 700 \/x/],
    ['a full disk', { freeBytes: 1e6 }, 'fail', /^disk space: 1 MB free/],
    ['a disk that is nearly full', { freeBytes: 100e6 }, 'warn', /^disk space: 100 MB free/],
    ['no daemon', { daemon: { problem: 'it does not start' } }, 'fail', /^daemon: it does not start/],
    [
      'another version',
      { daemon: { version: '0.0.0', status: good } },
      'warn',
      /this is version 0.0.1: `waybill stop`/,
    ],
    [
      'a newer version',
      { buildVersion: '0.0.1-beta.2', daemon: { version: '0.0.1', status: good } },
      'warn',
      /this is the older version 0.0.1-beta.2: update it/,
    ],
    [
      'a daemon that hands over',
      status({
        handOver: {
          phase: 'waiting',
          to: { version: '0.0.1', builtAtMs: 0 },
          sinceAtMs: facts.nowMs - 1000,
          untilAtMs: facts.nowMs + 9000,
        },
      }),
      'warn',
      /hands over to 0.0.1, asked for 1.0.s ago: once no request is under way .*; nothing, it goes on by itself/,
    ],
    [
      'a journal that cannot be written',
      status({ ledger: { state: 'unavailable', reason: 'ENOSPC' } }),
      'fail',
      /^journal: no requests are taken: ENOSPC/,
    ],
    [
      'a damaged configuration',
      status({ configProblems: someStatus.configProblems }),
      'fail',
      /config.json, line 3: expected JSON, found a comma; .*the last good configuration is in force/,
    ],
    [
      'a damaged configuration at the first start',
      status({ configProblems: someStatus.configProblems, configInForce: 'defaults' }),
      'fail',
      /no earlier one is known, so the built-in defaults are in force/,
    ],
    ['a name that leads nowhere', problem('leads-nowhere'), 'warn', /that name is left out, the rest .* is in force/],
    ['a field that nobody reads', problem('ignored'), 'warn', /nobody reads that field, the rest .* is in force/],
    ['no provider', status({ providers: [] }), 'warn', /none is configured/],
    ['a key that is nowhere', noKey(), 'fail', /OPENAI_API_KEY is set nowhere/],
    [
      'a key that did not reach the daemon',
      { ...noKey(), presentEnvironmentNames: new Set(['OPENAI_API_KEY']) },
      'warn',
      /did not reach the daemon/,
    ],
    [
      'a local server that does not run',
      { localProviders: [{ id: 'openai', address: '127.0.0.1:11434', isListening: false }] },
      'fail',
      /nobody listens on 127.0.0.1:11434/,
    ],
    [
      'a key that its provider refused',
      key({ state: 'refused', httpStatus: 401, untilMs: facts.nowMs + 60_000 }),
      'fail',
      /^provider openai: the key in OPENAI_API_KEY was refused \(401\); it is not used for 1.min; set a valid one/,
    ],
    [
      'a key that has to wait',
      key({ state: 'cooling', untilMs: facts.nowMs + 12_000 }),
      'warn',
      /^provider openai: the key in OPENAI_API_KEY has to wait 12.s/,
    ],
    [
      'a locked keychain',
      status({
        providers: [
          {
            ...provider,
            state: 'no-key',
            keys: [{ name: 'work', place: 'keychain', state: 'locked', lockedBecause: 'no bus' }],
          },
        ],
      }),
      'fail',
      /^provider openai: the key “work” is locked: no bus; unlock it; it is tried again/,
    ],
    [
      'keys that are all disabled',
      status({
        providers: [{ ...provider, state: 'no-key', keys: [{ name: 'work', place: 'file', state: 'disabled' }] }],
      }),
      'fail',
      /^provider openai: all its keys are disabled; `waybill keys enable openai NAME` uses one again/,
    ],
    [
      'keys in plain text',
      status({ keyFile: { path: '/home/ann/keys.json', keys: 2 } }),
      'warn',
      /^keys: 2 keys lie in plain text in \/home\/ann\/keys\.json/,
    ],
    [
      'an endpoint whose breaker is open',
      status({
        providers: [{ ...provider, openBreakers: [{ endpoint, state: 'open', reopensAtMs: facts.nowMs + 1 }] }],
      }),
      'warn',
      /^provider openai: openai\/x@openai failed too often and is left alone for 1.s; nothing, it is tried again/,
    ],
    [
      'a request that waits',
      status({ requestsWaiting: [{ requestId, endpoint, untilMs: facts.nowMs + 12_000 }] }),
      'warn',
      /^request 3f2a8c1e: waiting 12.s for x at openai; nothing, it goes on by itself/,
    ],
    ['a clock of long ago', { nowMs: 0 }, 'fail', /^clock: 1970/],
    ['records of the future', { newestRequestAtMs: facts.nowMs + 3_600_000 }, 'warn', /the newest record is of/],
  ]
  for (const [name, change, level, expected] of wrong) {
    it(`finds ${name} and says what to do`, () => {
      const found = checksOf({ ...facts, ...change }).filter((check) => check.level !== 'ok')
      assert.equal(found.length, 1)
      assert.equal(found[0]?.level, level)
      assert.match(`${found[0]?.name}: ${found[0]?.found}; ${found[0]?.advice}`, expected)
      assert.notEqual(found[0]?.advice, undefined)
    })
  }

  it('names the journal’s key that is missing or none, and sends nobody to free space for it', () => {
    const journalKeyProblem = '/home/ann/journal.key: expected the key of the journal’s chain, found no file'
    const checks = checksOf({
      ...facts,
      journalKeyProblem,
      daemon: { version: '0.0.1', status: { ...good, ledger: { state: 'unavailable', reason: journalKeyProblem } } },
    }).filter(({ level }) => level === 'fail')
    assert.deepEqual(
      checks.map(({ name }) => name),
      ['journal key', 'journal'],
    )
    assert.match(checks[0]?.advice ?? '', /put it back from a copy/)
    assert.doesNotMatch(JSON.stringify(checks), /free space/)
  })

  it('draws each check on a line with its advice below', () => {
    const checks = checksOf({ ...facts, ...folder({ state: 'not-writable' }), daemon: { problem: 'gone' } })
    assert.equal(
      `\n${renderChecks(checks, { isColored: false, widthColumns: Number.POSITIVE_INFINITY })}`,
      `
ok    node          Node 20.19.0
FAIL  state folder  /x cannot be read and written
                    -> make it yours (chown, chmod 700), or set WAYBILL_HOME to another
ok    disk space    80.0 GB free
FAIL  daemon        gone
                    -> mend what it says and run \`waybill doctor\` again; what depends on the daemon was not checked

2 failed, 0 to know, 2 fine.
`,
    )
  })
})

function folder(change: Partial<DoctorFacts['folders'][number]>): Partial<DoctorFacts> {
  return { folders: [{ name: 'state', path: '/x', state: 'writable', ...change }] }
}

function status(change: Partial<typeof good>): Partial<DoctorFacts> {
  return { daemon: { version: '0.0.1', status: { ...good, ...change } } }
}

function problem(effect: 'leads-nowhere' | 'ignored'): Partial<DoctorFacts> {
  const configProblems = someStatus.configProblems.map((one) => ({ ...one, effect }))
  return status({ configProblems, configInForce: 'newest' })
}

function key(standing: Omit<NonNullable<typeof provider.keys>[number], 'name'>): Partial<DoctorFacts> {
  return status({ providers: [{ ...provider, keys: [{ name: 'OPENAI_API_KEY', ...standing }] }] })
}

function noKey(): Partial<DoctorFacts> {
  return status({ providers: [{ ...provider, state: 'no-key' }] })
}
