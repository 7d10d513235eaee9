import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { renderStats } from '../../../daemon/cli/statsText.ts'
import { renderTable } from '../../../daemon/cli/table.ts'
import { renderStatus } from '../../../daemon/cli/verbs/status.ts'
import { renderWaybillTable } from '../../../daemon/cli/waybillTable.ts'
import { renderFullWaybill, renderShortWaybill } from '../../../daemon/cli/waybillText.ts'
import { budgetNameSchema } from '../../../shared/domain/budget.ts'
import { endpointIdSchema, providerIdSchema, requestIdSchema } from '../../../shared/domain/ids.ts'
import { aFailover, someStats, someStatus } from './aSession.ts'

const nowMs = someStatus.startedAtMs + 1_000
const wide = { isColored: false, widthColumns: Number.POSITIVE_INFINITY }

describe('what the command line draws', () => {
  it('draws a short waybill', () => {
    check(
      renderShortWaybill(aFailover, wide),
      `
Waybill  succeeded by practice/outline@practice-steady (practice) in 0.46 s, first text 0.13 s
  attempt 1  practice/outline@practice-faulty (practice)  failed in 0.08 s, text taken back, next: fallback
             provider-error: Expected an answer; the provider sent HTTP 500.
  attempt 2  practice/outline@practice-steady (practice)  succeeded in 0.37 s, tokens 2,184 in, 119 out
  cost     pretend (practice: nobody is billed)
`,
    )
  })

  it('names in a short waybill how an answer ended that the model did not end itself', () => {
    const [first, second] = aFailover.attempts
    assert.ok(first !== undefined && second !== undefined)
    for (const finishReason of ['length', 'content-filter', 'other'] as const) {
      const cutShort = { ...aFailover, attempts: [first, { ...second, finishReason }] }
      assert.match(renderShortWaybill(cutShort, wide), new RegExp(`\\n {13}finished by ${finishReason}\\n`))
    }
    assert.doesNotMatch(renderShortWaybill(aFailover, wide), /finished by/)
  })

  it('draws a full waybill with who asked, the route, what was rejected, and prices', () => {
    check(
      renderFullWaybill(aFailover, wide),
      `
Waybill  succeeded by practice/outline@practice-steady (practice) in 0.46 s, first text 0.13 s
  request  request-1, 2026-09-21T14:13:20.000Z
  asked    by ann from waybill-cli in /home/ann/project
  profile  practice-failover (by request), prompt explain
  route    practice/outline@practice-faulty, then practice/outline@practice-steady
           not openai/gpt-5-mini@openai: no-key
  attempt 1  practice/outline@practice-faulty (practice)  failed in 0.08 s, text taken back, next: fallback
             provider-error: Expected an answer; the provider sent HTTP 500.
             response head 0.06 s
             cost pretend, held at most pretend, price unknown
  attempt 2  practice/outline@practice-steady (practice)  succeeded in 0.37 s, tokens 2,184 in, 119 out
             response head 0.06 s, finished by stop
             cost pretend, held at most pretend, price unknown
  cost     pretend (practice: nobody is billed)
`,
    )
  })

  it('names the wait in both forms, and key, dropped parameters, tier, order and catalogue in the full one', () => {
    const [first, second] = aFailover.attempts
    assert.ok(first !== undefined && second !== undefined && aFailover.plan !== undefined)
    const carrying = {
      ...aFailover,
      waitedMs: 4_000,
      tier: 'strong',
      catalogDate: '2026-11-27',
      plan: { ...aFailover.plan, orderedBy: 'adaptive' },
      attempts: [first, { ...second, key: 'ONE_API_KEY', droppedParameters: ['seed', 'top_k'] }],
    } as const
    const full = renderFullWaybill(carrying, wide).replaceAll('\u00a0', ' ')
    const lines = [
      '  tier     strong',
      '  waited   4.0 s: nobody could be called before',
      '  prices   of the catalogue of 2026-11-27',
    ]
    for (const line of [...lines, '             key ONE_API_KEY', '             sent without seed, top_k']) {
      assert.ok(full.includes(`\n${line}\n`), line)
    }
    assert.match(full, /\(ordered by adaptive\)\n/)
    assert.match(renderShortWaybill(carrying, wide), /\n {2}waited {3}4\.0\u00a0s: nobody could be called before\n/)
  })

  it('says why a request without attempts failed', () => {
    const failure = { kind: 'no-endpoint', message: 'The profile has no model.' } as const
    const refused = { ...aFailover, attempts: [], outcome: 'failed', failure } as const
    assert.match(renderShortWaybill(refused, wide), /\n {2}no-endpoint: The profile has no model\.\n/)
  })

  it('draws statistics with practice apart from the sum', () => {
    check(
      renderStats(someStats, wide),
      `
MODEL                        REQUESTS  ERRORS  FIRST p50 / p99   TOTAL p50 / p99  FALLBACKS  FAILED TRIES  TOKENS IN     OUT  PER SECOND              COST
openai/gpt-5-mini               1,204       3  0.42 s / 2.10 s  2.14 s / 21.40 s          2             9    812,345  91,234           –  $2.56, 3 unknown
practice/outline (practice)     1,204       3  0.42 s / 2.10 s  2.14 s / 21.40 s          2             9    812,345  91,234           –           pretend
all                             1,204       3  0.42 s / 2.10 s  2.14 s / 21.40 s          2             9    812,345  91,234           –  $2.56, 3 unknown
all practice                    1,204       3  0.42 s / 2.10 s  2.14 s / 21.40 s          2             9    812,345  91,234           –           pretend
`,
    )
  })

  it('says so when nothing is in the range', () => {
    const none = { ...someStats.total, requests: 0, attempts: 0 }
    const nothing = { ...someStats, rows: [], total: none, practiceTotal: none, range: '7d' } as const
    assert.equal(renderStats(nothing, wide), 'No requests in this range (7d).\n')
  })

  it('names a row of requests without a prompt, a profile or a workspace as that', () => {
    const names = [
      ['prompt', 'no prompt'],
      ['profile', 'no profile'],
      ['workspace', 'no workspace'],
      ['endpoint', 'none reached'],
    ] as const
    for (const [groupBy, name] of names) {
      const text = renderStats({ ...someStats, groupBy, rows: [someStats.total] }, wide)
      assert.ok(text.includes(`\n${name} `), text)
    }
  })

  it('draws the log', () => {
    check(
      renderWaybillTable([aFailover], wide),
      `
STARTED (UTC)        OUTCOME    ANSWERED BY                                  TRIES  FIRST TEXT   TOTAL  TOKENS OUT     COST  PROMPT   ID
2026-09-21 14:13:20  succeeded  practice/outline@practice-steady (practice)      2      0.13 s  0.46 s         119  pretend  explain  request-
`,
    )
  })

  it('draws the status with what is wrong', () => {
    check(
      renderStatus(someStatus, wide, nowMs),
      `
Waybill 0.0.1, process 4711 since 2026-09-21T14:13:20.000Z
  node       v20.19.0, memory 61 MB, ends 15 min after its last client
  socket     /home/ann/waybill.sock
  config     /home/ann/config.json
  state      /home/ann
  log        /home/ann/waybill.log
  profile    default by default
  clients    1, requests under way 0
  ledger     open
  config     config.json, line 3: expected JSON, found a comma; the last good configuration is in force

PROVIDER  KIND    STATE                     MODELS  TEXT GOES TO
openai    openai  no key in OPENAI_API_KEY       1  api.openai.com
`,
    )
  })

  it('says to whom the daemon hands over, and what has to happen first', () => {
    const to = { version: '0.2.0', builtAtMs: Date.UTC(2026, 10, 28, 12) }
    const lineOf = (phase: 'waiting' | 'draining' | 'ending') => {
      const handOver = { phase, to, sinceAtMs: nowMs - 90_000, untilAtMs: nowMs + 120_000 }
      const drawn = renderStatus({ ...someStatus, handOver }, wide, nowMs).replaceAll('\u00a0', ' ')
      return drawn.split('\n').find((line) => line.includes('hand-over'))
    }
    const asked = '  hand-over  to 0.2.0, built 2026-11-28 12:00 UTC, asked for 1 min 30 s ago'
    assert.equal(lineOf('waiting'), `${asked}: once no request is under way or held; in 2 min new ones have to wait`)
    assert.equal(lineOf('draining'), `${asked}: new requests wait; what is under way is cut in 2 min`)
    assert.equal(lineOf('ending'), `${asked}: now`)
  })

  it('says of which day the catalogue is, and why it could not be fetched', () => {
    const lineOf = (catalog: NonNullable<typeof someStatus.catalog>) =>
      renderStatus({ ...someStatus, catalog }, wide, nowMs)
        .split('\n')
        .find((line) => line.includes('catalogue'))
    assert.equal(lineOf({ date: '2026-11-28' }), '  catalogue  of 2026-11-28')
    assert.match(lineOf({ date: '2026-11-28', problem: 'It failed' }) ?? '', /It failed; what was known before stays/)
    assert.equal(lineOf({}), undefined)
  })

  it('draws who waits and for whom, which keys are out and which endpoints are left alone, with what to do', () => {
    const [known] = someStatus.providers
    assert.ok(known !== undefined)
    const { keyEnvironmentName: _name, ...keyless } = known
    const endpoint = endpointIdSchema.parse('openai/gpt-5-mini@openai')
    const providers = [
      {
        ...known,
        state: 'ready',
        keys: [{ name: 'OPENAI_API_KEY', state: 'refused', httpStatus: 401, untilMs: nowMs + 590_000 }],
        openBreakers: [],
      },
      {
        ...keyless,
        id: providerIdSchema.parse('local'),
        state: 'ready',
        keys: [{ state: 'ready' }],
        openBreakers: [{ endpoint, state: 'open', reopensAtMs: nowMs + 8_000 }],
      },
    ] as const
    const requestsWaiting = [
      { requestId: requestIdSchema.parse('3f2a8c1e-0001'), untilMs: nowMs + 11_200, endpoint },
      {
        requestId: requestIdSchema.parse('4f2a8c1e-0001'),
        untilMs: nowMs + 9_000,
        endpoint,
        budget: budgetNameSchema.parse('month'),
      },
    ]
    const drawn = renderStatus({ ...someStatus, providers, requestsWaiting }, wide, nowMs).replaceAll('\u00a0', ' ')
    assert.match(drawn, /\n {2}waiting {4}3f2a8c1e is waiting 12 s for gpt-5-mini at openai\n/)
    assert.match(drawn, /\n {2}waiting {4}4f2a8c1e is waiting at most 9 s for room in budget month\n/)
    assert.equal(
      `\n${drawn.slice(drawn.indexOf('PROVIDER'))}`,
      `
PROVIDER  KIND    STATE         MODELS  TEXT GOES TO
openai    openai  key refused        1  api.openai.com
local     openai  breaker open       1  api.openai.com

openai: the key in OPENAI_API_KEY was refused (401); it is not used for 9 min 50 s
  -> set a valid one where you start your editor or shell; a new value counts at once
local: openai/gpt-5-mini@openai failed too often and is left alone for 8 s
  -> nothing, it is tried again by itself; \`waybill log\` shows what failed
`,
    )
  })

  it('says of each problem of the configuration what it does', () => {
    const [problem] = someStatus.configProblems
    const drawn = (effect: 'refused' | 'leads-nowhere' | 'ignored', configInForce: typeof someStatus.configInForce) =>
      renderStatus(
        { ...someStatus, configInForce, configProblems: problem ? [{ ...problem, effect }] : [] },
        wide,
        nowMs,
      )
    assert.match(drawn('refused', 'last-good'), /; the last good configuration is in force\n/)
    assert.match(drawn('refused', 'defaults'), /; no earlier one is known, so the built-in defaults are in force\n/)
    assert.match(drawn('leads-nowhere', 'newest'), /; that name is left out, the rest of the file is in force\n/)
    assert.match(drawn('ignored', 'newest'), /; nobody reads that field, the rest of the file is in force\n/)
  })

  it('leaves out optional columns, then cuts the one that may shrink, no further than sixteen characters', () => {
    const columns = [
      { title: 'A' },
      { title: 'LONG', shrinks: true },
      { title: 'B', optional: true },
      { title: 'C', optional: true },
    ] as const
    const rows = [['1', 'abcdefghijklmnopqrstuvwxyz', '2', '3']]
    const ofTitle = (text: string): string => text
    const lineAt = (widthColumns: number) => renderTable(columns, rows, { widthColumns, ofTitle }).split('\n')[1]
    assert.equal(lineAt(35), '1  abcdefghijklmnopqrstuvwxyz  2  3')
    assert.equal(lineAt(34), '1  abcdefgh…klmnopqrstuvwxyz  2  3')
    assert.equal(lineAt(25), '1  abcde…qrstuvwxyz  2  3')
    assert.equal(lineAt(24), '1  abcde…opqrstuvwxyz  2')
    assert.equal(lineAt(5), '1  abcde…qrstuvwxyz')
  })

  it('breaks the lines of a waybill and of the status at the width, and cuts the widest columns of the providers', () => {
    const narrow = { isColored: false, widthColumns: 80 }
    const [known] = someStatus.providers
    const [problem] = someStatus.configProblems
    assert.ok(known !== undefined && problem !== undefined)
    const providers = [
      { ...known, keyEnvironmentName: 'DEEPSEEK_API_KEY', baseUrl: 'https://generativelanguage.googleapis.com/v1' },
      { ...known, id: providerIdSchema.parse('practice-steady'), isPractice: true, state: 'ready' },
    ] as const
    const status = {
      ...someStatus,
      providers,
      configProblems: [{ ...problem, expected: 'a rather long thing '.repeat(4) }],
    }
    const drawn = [
      renderShortWaybill(aFailover, narrow),
      renderFullWaybill(aFailover, narrow),
      renderStatus(status, narrow, nowMs),
    ]
    for (const line of drawn.join('').split('\n')) assert.ok(line.length <= 80, line)
    assert.match(drawn[0] ?? '', /\n {13}\S.*next: fallback\n/)
    assert.match(drawn[2] ?? '', /practice-steady \(practice\) +ready /)
    assert.match(drawn[2] ?? '', /no key …EPSEEK_API_KEY /)
  })

  for (const widthColumns of [40, 80, 100]) {
    it(`keeps practice endpoints apart in the log at ${widthColumns} columns, and says that they are practice`, () => {
      const [, answered] = aFailover.attempts
      assert.ok(answered !== undefined)
      const by = ['practice-steady', 'practice-faulty', 'practice-slow'].map((provider) => ({
        ...aFailover,
        attempts: [{ ...answered, endpoint: endpointIdSchema.parse(`practice/outline@${provider}`) }],
      }))
      const lines = renderWaybillTable(by, { isColored: false, widthColumns }).trimEnd().split('\n').slice(1)
      assert.equal(new Set(lines).size, 3, lines.join('\n'))
      for (const line of lines) assert.match(line, / \S+…\S+ \(practice\) /)
    })
  }
})

/** Golden text: the first line feed is the template's, non-breaking spaces are drawn as spaces. */
function check(drawn: string, expected: string): void {
  assert.equal(`\n${drawn.replaceAll('\u00a0', ' ')}`, expected)
}
