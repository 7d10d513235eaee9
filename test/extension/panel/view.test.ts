import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localTimeOf } from '../../../extension/panel/localTime.ts'
import { type ViewInput, viewOf } from '../../../extension/panel/view.ts'
import type { ContentView } from '../../../extension/panel/viewModel.ts'
import {
  attempt,
  busyJournal,
  busyStats,
  journalResult,
  noMoneyFields,
  sampleNowMs,
  statsResult,
  statsRow,
  waybillFields,
} from './samples.ts'

const selection = { range: 'today', groupBy: 'model' } as const
const busy = { stats: busyStats, journal: busyJournal, takenAtMs: sampleNowMs }

test('cards sum up what is counted, name each kind of cost, and leave practice out', () => {
  const { cards } = figuresOf({ figures: busy })
  const lines = cards.map(({ label, figures, note }) =>
    [label, figures.map(({ text, unit }) => (unit === undefined ? text : `${text} ${unit}`)).join(' '), note ?? ''].map(
      plain,
    ),
  )
  assert.deepEqual(lines, [
    ['Cost', '~$41.33', '$41.25 measured; ~$0.08 estimated, $0.06 to $0.09; 43 attempts unknown'],
    ['Requests', '1,338', '23 saved by fallback, 6 rewinds, 6 cancelled'],
    ['Time to first token', '0.42 s p50 2.8 s p99', ''],
    ['Total time', '3.1 s p50 21.4 s p99', ''],
    ['Tokens', '4.0 M', '3.4 M in, 611 k out; 38 % of input cached'],
    ['Error rate', '0.9 %', '12 of 1,338 failed for good'],
  ])
})

test('requests that were interrupted are no failures, and are named beside them', () => {
  const total = statsRow({ requests: 10, failed: 1, interrupted: 2 })
  const { cards } = figuresOf({ figures: { ...busy, stats: statsResult({ total }) } })
  const { figures, note } = cards.find(({ id }) => id === 'errors') ?? {}
  assert.deepEqual([plain(figures?.[0]?.text ?? ''), note], ['10 %', '1 of 10 failed for good, 2 interrupted'])
})

test('the table has one row per group, practice apart', () => {
  const { table, footnotes } = figuresOf({ figures: busy })
  const rows = table.rows.map((row) =>
    [row.group, row.requests, row.share, row.firstText, row.p50, row.p99, row.tokens, row.errorRate, row.cost].map(
      plain,
    ),
  )
  assert.deepEqual(rows, [
    ['claude-sonnet-4.6', '912', '68 %', '0.61 s', '3.1 s', '21.4 s', '2.8 M', '0.4 %', '$26.76'],
    ['gpt-5-mini', '381', '28 %', '0.48 s', '2.3 s', '12.8 s', '1.1 M', '1.6 %', '~$14.57'],
    ['qwen3-coder', '44', '3.3 %', '0.81 s', '5.6 s', '3 min 5 s', '141 k', '2.3 %', '43 unknown'],
    ['outline', '12', 'apart', '0.05 s', '1.1 s', '1.3 s', '13 k', '0 %', 'pretend'],
    ['reached no model', '1', '0.1 %', '–', '–', '–', '0', '100 %', '$0'],
  ])
  assert.deepEqual(
    table.rows.map((row) => row.isPractice),
    [false, false, false, true, false],
  )
  assert.equal(plain(table.summary), '4, and 1 practice')
  assert.match(footnotes.join('\n'), /12 requests to the practice provider, pretend cost \$0\.31\. Kept apart/)
})

test('practice alone adds nothing to the cards', () => {
  const practice = statsRow({
    group: 'practice/outline',
    isPractice: true,
    requests: 3,
    inputTokens: 900,
    cost: { ...noMoneyFields, practiceNanodollars: 5_000_000 },
  })
  const stats = statsResult({ rows: [practice], practiceTotal: practice })
  const { cards } = figuresOf({ figures: { stats, journal: busyJournal, takenAtMs: sampleNowMs } })
  assert.deepEqual(
    cards.map(({ figures }) => figures[0]?.text),
    ['$0', '0', '–', '–', '0', '–'],
  )
})

test('no request ever is the first run; none in the range says so and offers the month', () => {
  const nothing = { stats: statsResult(), journal: journalResult(), takenAtMs: sampleNowMs }
  assert.equal(view({ figures: nothing }).content.kind, 'first-run')
  const earlier = figuresOf({ figures: { ...nothing, journal: busyJournal } })
  assert.deepEqual(earlier.table.empty, { text: 'No requests in this range.', offersMonth: true })
  const monthOfNothing = { ...nothing, stats: statsResult({ range: '30d' }), journal: busyJournal }
  assert.equal(figuresOf({ figures: monthOfNothing }).table.empty?.offersMonth, false)
})

test('each state of the connection has its words, and figures stay through all of them', () => {
  const lost = { kind: 'lost', lostAtMs: sampleNowMs, nextTryAtMs: sampleNowMs + 4000, reason: 'It ended.' } as const
  const rows: readonly (readonly [Partial<ViewInput>, string, string])[] = [
    [{ connection: { kind: 'connected', daemonVersion: '1' } }, 'live', ''],
    [{ connection: { kind: 'connecting' } }, 'connecting', ''],
    [
      { connection: { kind: 'none' } },
      'not-running',
      'Waybill is not running. It starts with your next prompt. What you see is from 14:03:07.',
    ],
    [
      { connection: lost },
      'lost',
      'The connection to the Waybill daemon was lost at 14:03:07. What you see is from then. Answers under way are kept for 2 minutes and go on when the connection is back.',
    ],
    [{ problem: 'The journal is shut.' }, 'problem', 'The daemon could not answer with figures. The journal is shut.'],
  ]
  for (const [input, kind, words] of rows) {
    const { connection, content } = view({ ...input, figures: busy })
    assert.equal(connection.kind, kind)
    assert.equal('lead' in connection ? `${connection.lead} ${connection.rest}` : '', words)
    assert.equal(content.kind, 'figures')
  }
  const { connection } = view({ connection: lost, nowMs: sampleNowMs + 1000 })
  assert.equal(connection.kind === 'lost' && connection.nextTryInMs, 3000)
  assert.doesNotMatch(connection.kind === 'lost' ? connection.rest : '', /What you see/)
})

test('the selection shown is that of the figures, and before any the one asked for', () => {
  assert.deepEqual(view({ figures: busy }).selection, { range: '30d', groupBy: 'model' })
  assert.deepEqual(view({ figures: undefined }).selection, selection)
  assert.equal(view({ figures: undefined }).content.kind, 'waiting')
})

test('an outcome has one word by what happened', () => {
  const other = attempt({ attempt: 2, provider: 'azure' })
  const failure = { kind: 'overloaded', message: 'busy' }
  const failed = attempt({ outcome: 'failed', failure, next: 'fallback' })
  const rows: readonly (readonly [Readonly<Record<string, unknown>>, string, string])[] = [
    [{}, 'Done', 'quiet'],
    [{ attempts: [failed, other] }, 'Fell back', 'noted'],
    [{ attempts: [failed, attempt({ attempt: 2 })] }, 'Retried', 'noted'],
    [{ attempts: [{ ...failed, isRewound: true }, other] }, 'Rewound, done', 'noted'],
    [{ attempts: [failed], outcome: 'failed', failure }, 'Overloaded', 'bad'],
    [{ attempts: [], outcome: 'failed', failure: { kind: 'no-endpoint', message: 'none' } }, 'No endpoint', 'bad'],
    [{ outcome: 'cancelled' }, 'Cancelled', 'noted'],
    [{ outcome: 'interrupted' }, 'Interrupted', 'bad'],
  ]
  for (const [fields, text, tone] of rows) assert.deepEqual(requestOf(fields).outcome, { text, tone })
})

test('an unfolded waybill says why, every attempt, and what was rejected', () => {
  const [first] = figuresOf({ figures: busy }).requests
  assert.ok(first)
  assert.equal(first.time, '14:03')
  assert.equal(plain(first.cost), '~$0.0021')
  const { details } = first
  assert.equal(
    details.why,
    'Answered by deepseek-v3.2 at deepinfra after llama-3.3-70b at groq (broke off, its text was taken back).',
  )
  assert.equal(details.policy, 'Profile balanced, chosen for this workspace.')
  const [brokeOff, answered] = details.attempts
  assert.equal(brokeOff?.outcome.text, 'Broke off, text taken back')
  assert.match(brokeOff?.failure ?? '', /broke off after 312 tokens/)
  assert.equal(brokeOff?.next, 'Went on to the next candidate.')
  assert.equal(brokeOff?.tokens, 'tokens unknown')
  assert.equal(plain(brokeOff?.cost ?? ''), '~$0.00150')
  assert.equal(plain(answered?.timings ?? ''), 'response 0.09 s, first text 0.42 s, total 3.1 s')
  assert.equal(plain(answered?.tokens ?? ''), '2,184 in (1,536 cached), 498 out')
  assert.deepEqual(details.untried, ['openai/gpt-5-mini@openai', 'qwen/qwen3-8b@ollama'])
  assert.deepEqual(details.rejected, [
    { endpoint: 'mistral/mistral-medium-3.1@mistral', reason: 'no key for its provider' },
  ])
})

test('a practice request says pretend, an unknown cost says unknown, and yesterday has its date', () => {
  const requests = figuresOf({ figures: busy }).requests
  assert.deepEqual(
    requests.map(({ time, cost, isPractice }) => [time, plain(cost), isPractice]),
    [
      ['14:03', '~$0.0021', false],
      ['14:02', '$0.0010', false],
      ['13:59', 'unknown', false],
      ['13:51', '$0', false],
      ['17 Nov', '$0.0010', false],
      ['17 Nov', 'pretend', true],
    ],
  )
})

test('times are in the zone of the page, and an unknown zone is UTC', () => {
  const at = Date.UTC(2026, 10, 18, 23, 30)
  assert.equal(localTimeOf('Europe/Berlin').timeOf(at, at), '00:30')
  assert.equal(localTimeOf('Asia/Tokyo').momentOf(at), '19 Nov 2026, 08:30:00')
  assert.equal(localTimeOf('Nowhere/Else').zone, 'UTC')
})

function view(part: Partial<ViewInput>) {
  return viewOf({
    connection: { kind: 'connected', daemonVersion: '0.1.0' },
    selection,
    figures: undefined,
    problem: undefined,
    profile: undefined,
    time: localTimeOf('UTC'),
    nowMs: sampleNowMs,
    ...part,
  })
}

function figuresOf(part: Partial<ViewInput>): Extract<ContentView, { kind: 'figures' }> {
  const { content } = view(part)
  assert.ok(content.kind === 'figures', `expected figures, got ${content.kind}`)
  return content
}

function requestOf(fields: Readonly<Record<string, unknown>>) {
  const journal = journalResult([waybillFields(fields)])
  const [request] = figuresOf({ figures: { stats: busyStats, journal, takenAtMs: sampleNowMs } }).requests
  assert.ok(request)
  return request
}

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ')
}
