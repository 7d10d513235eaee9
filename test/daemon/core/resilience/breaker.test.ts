import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Breaker,
  breakerRules,
  closedBreaker,
  onCall,
  onCallEnd,
} from '../../../../daemon/core/resilience/breaker.ts'
import type { Verdict } from '../../../../daemon/core/resilience/verdict.ts'

function ended(breaker: Breaker, verdicts: readonly Verdict[], atMs = 0): Breaker {
  return verdicts.reduce((state, verdict) => onCallEnd(state, { token: 'x', verdict }, atMs), breaker)
}

const failures = (count: number): readonly Verdict[] => Array.from({ length: count }, () => 'failure')

test('three failures in a row open it for 10 s; what is neither does not interrupt the row', () => {
  assert.equal(ended(closedBreaker, failures(2)).state, 'closed')
  assert.equal(ended(closedBreaker, ['failure', 'failure', 'success', 'failure', 'failure']).state, 'closed')
  assert.deepEqual(ended(closedBreaker, ['failure', 'neither', 'failure', 'neither', 'failure'], 5), {
    state: 'open',
    openUntilMs: 10_005,
    openMs: 10_000,
  })
})

test('half of the last eight calls open it, but only those of the last 30 s count', () => {
  const mixed: readonly Verdict[] = ['success', 'failure', 'success', 'failure', 'success', 'failure', 'success']
  assert.equal(ended(closedBreaker, [...mixed, 'failure']).state, 'open')
  const old = ended(closedBreaker, mixed)
  assert.equal(ended(old, ['failure'], breakerRules.windowMs).state, 'closed')
})

test('half-open: one call is the probe, and only its end decides', () => {
  const open = ended(closedBreaker, failures(3))
  const probing = onCall(open, 'probe', 10_000)
  assert.equal(probing.state, 'probing')
  assert.equal(onCall(probing, 'second', 10_001), probing)
  assert.equal(onCallEnd(probing, { token: 'second', verdict: 'success' }, 10_002), probing)
  const probe = (verdict: Verdict) => onCallEnd(probing, { token: 'probe', verdict }, 10_100)
  assert.deepEqual(probe('success'), closedBreaker)
  assert.deepEqual(probe('failure'), { state: 'open', openUntilMs: 30_100, openMs: 20_000 })
  assert.deepEqual(probe('neither'), open)
})

test('a call before its time is the probe too; if it fails nothing changes', () => {
  const open = ended(closedBreaker, failures(3))
  const early = onCall(open, 'early', 9_999)
  const probe = (verdict: Verdict) => onCallEnd(early, { token: 'early', verdict }, 12_000)
  assert.deepEqual(probe('success'), closedBreaker)
  assert.deepEqual(probe('failure'), open)
  assert.deepEqual(probe('neither'), open)
})

test('it stays open twice as long after each failed probe, at most 5 minutes', () => {
  let breaker = ended(closedBreaker, failures(3))
  const lengths: number[] = []
  for (let probe = 0; probe < 7 && breaker.state === 'open'; probe += 1) {
    lengths.push(breaker.openMs)
    const atMs = breaker.openUntilMs
    breaker = onCallEnd(onCall(breaker, 'probe', atMs), { token: 'probe', verdict: 'failure' }, atMs)
  }
  assert.deepEqual(lengths, [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000])
})

/** The same rules told another way: over the whole history, with nothing carried along but what happened. */
type Happened = { readonly atMs: number; readonly event: 'call' | Verdict; readonly token: string }

type Model = {
  state: 'closed' | 'open' | 'probing'
  counted: { readonly atMs: number; readonly verdict: Verdict }[]
  openUntilMs: number
  failedProbes: number
  probe: string
  isEarly: boolean
}

function modelOf(history: readonly Happened[]): string {
  const model: Model = { state: 'closed', counted: [], openUntilMs: 0, failedProbes: 0, probe: '', isEarly: false }
  for (const { atMs, event, token } of history) {
    if (event === 'call') begin(model, token, atMs)
    else if (model.state === 'probing' && token === model.probe) endProbe(model, event, atMs)
    else if (model.state === 'closed' && event !== 'neither') count(model, event, atMs)
  }
  const { state, openUntilMs, probe } = model
  return state === 'closed' ? 'closed' : `${state} ${openUntilMs} ${state === 'probing' ? probe : ''}`
}

function begin(model: Model, token: string, atMs: number): void {
  if (model.state !== 'open') return
  model.state = 'probing'
  model.isEarly = atMs < model.openUntilMs
  model.probe = token
}

function endProbe(model: Model, verdict: Verdict, atMs: number): void {
  model.state = verdict === 'success' ? 'closed' : 'open'
  if (verdict === 'success') model.counted = []
  if (verdict !== 'failure' || model.isEarly) return
  model.failedProbes += 1
  model.openUntilMs = atMs + Math.min(300_000, 10_000 * 2 ** model.failedProbes)
}

function count(model: Model, verdict: Verdict, atMs: number): void {
  model.counted.push({ atMs, verdict })
  const window = model.counted.filter((one) => one.atMs > atMs - 30_000).slice(-64)
  const failed = window.filter((one) => one.verdict === 'failure').length
  const row = model.counted.slice(-3)
  const isRow = row.length === 3 && row.every((one) => one.verdict === 'failure')
  const isMost = window.length >= 8 && failed * 2 >= window.length
  if (verdict !== 'failure' || !(isRow || isMost)) return
  model.state = 'open'
  model.failedProbes = 0
  model.openUntilMs = atMs + 10_000
}

function outlineOf(breaker: Breaker): string {
  if (breaker.state === 'closed') return 'closed'
  return `${breaker.state} ${breaker.openUntilMs} ${breaker.state === 'probing' ? breaker.probe : ''}`
}

test('property: the reducer is at every step where the reference model is', () => {
  const event = fc.record({
    afterMs: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 5_000, max: 40_000 })),
    event: fc.constantFrom<Happened['event']>('call', 'call', 'failure', 'failure', 'failure', 'success', 'neither'),
    token: fc.constantFrom('x', 'y', 'z'),
  })
  const seed = Date.now() % 2 ** 31
  let sawProbing = 0
  fc.assert(
    fc.property(fc.array(event, { minLength: 20, maxLength: 80 }), (events) => {
      let atMs = 0
      let breaker: Breaker = closedBreaker
      const history: Happened[] = []
      for (const { afterMs, event, token } of events) {
        atMs += afterMs
        history.push({ atMs, event, token })
        breaker = event === 'call' ? onCall(breaker, token, atMs) : onCallEnd(breaker, { token, verdict: event }, atMs)
        if (breaker.state === 'probing') sawProbing += 1
        assert.equal(outlineOf(breaker), modelOf(history))
      }
    }),
    { seed, numRuns: 500 },
  )
  assert.ok(sawProbing > 100, `saw ${sawProbing} steps with a probe, seed ${seed}`)
})
