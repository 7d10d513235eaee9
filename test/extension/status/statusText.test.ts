import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type StatusFigures, type StatusInput, statusTextOf } from '../../../extension/status/statusText.ts'
import { noMoney } from '../../../shared/domain/moneySum.ts'

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
    [{ running: [{ ...request, phase: 'waiting', model: undefined }] }, '$(loading~spin) waiting for Refactor'],
    [{ running: [request] }, '$(loading~spin) deepseek-v3.2'],
    [{ running: [{ ...request, isPractice: true }] }, '$(loading~spin) deepseek-v3.2, practice'],
    [{ running: [{ ...request, phase: 'starting-again' }] }, '$(history) starting again at deepinfra'],
    [{ running: [request, { ...request, requestId: 'request-0002' }] }, '$(loading~spin) 2 streaming'],
  ]
  for (const [part, text] of rows) {
    const status = statusTextOf({ connection: connected, figures: undefined, running: [], ...part })
    assert.equal(status.text.replaceAll('\u00a0', ' '), text)
    assert.equal(status.isWarning, false)
    assert.match(status.tooltip, /^Waybill, your own model router\. .+\nClick to choose/)
  }
})

test('a lost connection warns, also while a prompt is under way', () => {
  const lost = { kind: 'lost', lostAtMs: 0, nextTryAtMs: 1, reason: 'It ended.' } as const
  const status = statusTextOf({ connection: lost, figures: balanced, running: [request] })
  assert.equal(status.text, '$(debug-disconnect) Waybill not connected')
  assert.equal(status.isWarning, true)
  assert.match(status.tooltip, /It ended\./)
})
