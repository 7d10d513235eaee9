import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type StatusFigures, type StatusInput, statusTextOf } from '../../../extension/status/statusText.ts'
import { noMoney } from '../../../shared/domain/moneySum.ts'
import { status } from '../../../shared/protocol/status.ts'

const connected = { kind: 'connected', daemonVersion: '0.1.0' } as const
const balanced: StatusFigures = {
  profile: 'balanced',
  isPractice: false,
  endpointCount: 5,
  costToday: { ...noMoney, measuredNanodollars: 2_640_000_000 },
}
const request = {
  requestId: 'request-0001',
  title: 'Refactor',
  phase: 'streaming',
  model: 'deepseek/deepseek-v3.2',
  provider: 'deepinfra',
  isPractice: false,
  stop: () => {},
} as const

const nowMs = 1_000
const nothing: StatusInput = { connection: connected, figures: undefined, running: [], providers: [], nowMs }
const cooling = {
  ...request,
  phase: 'cooling',
  model: undefined,
  wait: { untilMs: nowMs + 11_500, endpoint: 'openai/gpt-5-mini@openai' },
} as const

test('the status item says icon, profile or model, and one number', () => {
  const rows: readonly (readonly [Partial<StatusInput>, string])[] = [
    [{ connection: { kind: 'none' } }, '$(arrow-swap) Waybill'],
    [{ connection: { kind: 'connecting' } }, '$(loading~spin) Waybill'],
    [{ connection: { kind: 'connecting' }, figures: balanced }, '$(loading~spin) balanced'],
    [{}, '$(arrow-swap) Waybill'],
    [{ figures: { ...balanced, costToday: undefined } }, '$(arrow-swap) balanced'],
    [{ figures: balanced }, '$(arrow-swap) balanced $2.64'],
    [{ figures: { ...balanced, costToday: noMoney } }, '$(arrow-swap) balanced $0'],
    [{ figures: { ...balanced, costToday: { ...noMoney, unknownCount: 3 } } }, '$(arrow-swap) balanced 3 unknown'],
    [{ figures: { ...balanced, isPractice: true } }, '$(beaker) balanced, practice, no cost'],
    [{ figures: { ...balanced, profile: 'practice', isPractice: true } }, '$(beaker) practice, no cost'],
    [{ figures: { ...balanced, endpointCount: 0 } }, '$(warning) balanced, no endpoint'],
    [{ figures: balanced, running: [{ ...request, phase: 'waiting' }] }, '$(loading~spin) waiting for deepseek-v3.2'],
    [
      { running: [{ ...request, phase: 'waiting', wait: { untilMs: nowMs, endpoint: undefined, budget: 'month' } }] },
      '$(watch) waiting for room in budget month',
    ],
    [{ running: [{ ...request, phase: 'waiting', model: undefined }] }, '$(loading~spin) waiting for Refactor'],
    [{ running: [request] }, '$(loading~spin) deepseek-v3.2'],
    [{ running: [{ ...request, isPractice: true }] }, '$(loading~spin) deepseek-v3.2, practice'],
    [{ running: [{ ...request, phase: 'starting-again' }] }, '$(history) starting again at deepinfra'],
    [{ running: [request, { ...request, requestId: 'request-0002' }] }, '$(loading~spin) 2 streaming'],
    [{ running: [request, { ...cooling, requestId: 'request-0002' }] }, '$(loading~spin) 2 streaming'],
  ]
  for (const [part, text] of rows) {
    const said = statusTextOf({ ...nothing, ...part })
    assert.equal(plain(said.text), text)
    assert.equal(said.isWarning, false)
    assert.match(said.tooltip, /^Waybill, your own model router\. .+\nClick to choose/)
  }
})

test('a lost connection warns, also while a prompt is under way', () => {
  const lost = { kind: 'lost', lostAtMs: 0, nextTryAtMs: 1, reason: 'It ended.' } as const
  const said = statusTextOf({ ...nothing, connection: lost, figures: balanced, running: [request] })
  assert.equal(said.text, '$(debug-disconnect) Waybill not connected')
  assert.equal(said.isWarning, true)
  assert.match(said.tooltip, /It ended\./)
})

test('a prompt that waits says how long and for whom, warns, and names in the tooltip what keeps the providers out', () => {
  const { providers } = status.result.pick({ providers: true }).parse({
    providers: [
      {
        ...provider('openai'),
        keys: [{ name: 'OPENAI_API_KEY', state: 'cooling', untilMs: nowMs + 11_500 }],
        openBreakers: [{ endpoint: 'a/b@openai', state: 'open', reopensAtMs: nowMs + 30_000 }],
      },
      { ...provider('anthropic'), keys: [{ name: 'ANTHROPIC_API_KEY', state: 'refused', httpStatus: 401 }] },
      provider('older'),
    ],
  })
  const said = statusTextOf({ ...nothing, running: [cooling], providers })
  assert.equal(plain(said.text), '$(watch) waiting 12 s for gpt-5-mini at openai')
  assert.equal(said.isWarning, true)
  assert.deepEqual(plain(said.tooltip).split('\n'), [
    'Waybill, your own model router. Refactor: every endpoint is cooling; waiting 12 s for gpt-5-mini at openai. It goes on by itself.',
    'openai: the key in OPENAI_API_KEY has to wait 12 s: the provider’s limit was reached',
    'openai: a/b@openai failed too often and is left alone for 30 s',
    'anthropic: the key in ANTHROPIC_API_KEY was refused (401); it is not used for a while',
    'Click to choose this workspace’s profile.',
  ])
  const later = { ...cooling, requestId: 'request-0002', wait: { ...cooling.wait, untilMs: nowMs + 60_000 } }
  assert.equal(
    plain(statusTextOf({ ...nothing, running: [later, cooling] }).text),
    '$(watch) 2 waiting 12 s for gpt-5-mini at openai',
  )
  const { wait: _wait, ...unknown } = cooling
  assert.equal(statusTextOf({ ...nothing, running: [unknown] }).text, '$(watch) waiting for an endpoint')
})

function provider(id: string) {
  const known = { kind: 'custom', baseUrl: 'http://127.0.0.1:9', isLocal: false, isPractice: false, modelCount: 1 }
  return { id, state: 'ready', ...known }
}

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ')
}
