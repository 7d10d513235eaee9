/** What the editor shows of a request's parts: phases, the answering endpoint, the words for both. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nothingSeen, onParts, phaseWords } from '../../../extension/prompting/requestView.ts'
import type { StreamPart } from '../../../shared/domain/streamPart.ts'

const parts = [
  {
    number: 1,
    attempt: 1,
    type: 'attempt-start',
    endpoint: 'a/m@one',
    provider: 'one',
    model: 'a/m',
    isPractice: false,
  },
  { number: 2, attempt: 1, type: 'text-append', text: 'wrong' },
  { number: 3, attempt: 1, type: 'attempt-fail', failure: { kind: 'truncated', message: '' }, next: 'fallback' },
  { number: 4, attempt: 1, type: 'rewind' },
  {
    number: 5,
    attempt: 2,
    type: 'attempt-start',
    endpoint: 'a/m@two',
    provider: 'two',
    model: 'a/m',
    isPractice: true,
  },
  { number: 6, attempt: 2, type: 'reasoning-append', text: 'hm' },
  { number: 7, attempt: 2, type: 'text-append', text: 'right' },
  { number: 8, type: 'request-end', outcome: 'succeeded' },
] as unknown as readonly StreamPart[]

const rows: readonly (readonly [number, string, string])[] = [
  [0, '', 'Waiting for a provider'],
  [1, '', 'Waiting for m at one'],
  [2, 'wrong', 'm at one'],
  [3, 'wrong', 'm at one'],
  [4, '', 'one broke off, its text is taken back; m at one starts from the beginning'],
  [5, '', 'one broke off, its text is taken back; practice: m at two starts from the beginning'],
  [6, '', 'one broke off, its text is taken back; practice: m at two starts from the beginning'],
  [7, 'right', 'practice: m at two'],
  [8, 'right', 'practice: m at two'],
]
for (const [count, text, words] of rows) {
  test(`after ${count} parts the view shows ${JSON.stringify(text)} and says ${JSON.stringify(words)}`, () => {
    const view = onParts(nothingSeen, parts.slice(0, count))
    assert.equal(view.drawn.text, text)
    assert.equal(phaseWords(view), words)
    assert.equal(view.outcome, count === 8 ? 'succeeded' : undefined)
  })
}

test('parts that an attach repeats change nothing', () => {
  const view = onParts(nothingSeen, parts)
  assert.equal(onParts(view, parts), view)
})

test('a wait says how long and for whom, until the next attempt begins', () => {
  const wait = { number: 1, attempt: 1, type: 'wait-start', delayMs: 11_500, endpoint: 'a/m@one' }
  const started = { ...parts[0], number: 2 }
  const waiting = onParts(nothingSeen, [wait] as unknown as readonly StreamPart[])
  assert.deepEqual([waiting.phase, waiting.wait], ['cooling', { delayMs: 11_500, endpoint: 'a/m@one' }])
  assert.equal(phaseWords(waiting).replaceAll('\u00a0', ' '), 'All endpoints are cooling; waiting 12 s for m at one')
  const over = onParts(waiting, [started] as unknown as readonly StreamPart[])
  assert.deepEqual([over.phase, over.wait, phaseWords(over)], ['waiting', undefined, 'Waiting for m at one'])
})

test('a wait for room in a budget says which budget and how long at most', () => {
  const wait = { type: 'wait-start', number: 1, attempt: 1, delayMs: 10_000, budget: 'month' } as const
  const view = onParts(nothingSeen, [wait])
  assert.equal(view.phase, 'waiting')
  assert.equal(phaseWords(view), 'Waiting, at most 10\u00a0s, for others to leave room in budget month')
})
